"""A session was moved, or is for other ages: the families it touches are asked again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backend.accounts.models import User
from backend.bookings.events import record_bookings
from backend.bookings.models import LIVE, Booking
from backend.bookings.operations.line import take
from backend.bookings.policy import last_word_by
from backend.bookings.queries.ages import fit_again
from backend.bookings.queries.hindrances import hindrances
from backend.common.locking import lock_one, operation
from backend.outbox.kinds import BookingAsked
from backend.rota.agreed import ASKS, Agreed
from backend.rota.models import Session
from backend.rota.policy import is_at_home


@operation
def ask_families_again(
    *,
    session_id: int,
    before: Agreed,
    actor: User | None,
    now: datetime,
) -> list[Booking]:
    """Ask every family that a change of time, place or ages touches, in the transaction that made
    the change; `before` is what the session was. The bookings that were touched.

    Seats that a family has stay hers, asked about, until she answers or the time for it is over; a
    seat that is on offer is offered anew, or goes to the next where the children are of no age for
    it, who wait again; who waits keeps her place and is told. Each is shown what
    she had agreed to beside what it is now; changed back before she answered, nothing is asked any
    more. Ages alone touch only those whose children no longer fit; another room of the same house
    is shown and asks nothing. Who left a brother or sister behind for its age is told that it fits
    again.
    """
    session = lock_one(Session, session_id)
    after = Agreed.of(session)
    live = list(Booking.objects.filter(session=session, state__in=LIVE).order_by("pk"))
    touched = _touched(live, session, before, after)
    for booking in touched:
        _ask(booking, session, before, after, now)
    _wait_again(touched, session)
    Booking.objects.bulk_update(touched, ["state", "answer_by", "changed_from", "stays"])
    told = touched + _fits_again(live, touched, session, before, after)
    if told:
        record_bookings(BookingAsked, [session], told, actor=actor, now=now)
    return touched


def _fits_again(
    live: Sequence[Booking],
    touched: Sequence[Booking],
    session: Session,
    before: Agreed,
    after: Agreed,
) -> list[Booking]:
    """Nothing is asked, but a child that had to stay away for its age can come with the others."""
    if "ages" not in before.changes(after):
        return []
    others = [b for b in live if b not in touched]
    for booking in others:
        booking.session = session
    fit = fit_again(others)
    return [b for b in others if b.pk in fit]


def _touched(
    live: Sequence[Booking], session: Session, before: Agreed, after: Agreed
) -> list[Booking]:
    changes = before.changes(after)
    if changes - {"ages"}:
        return list(live)
    if not changes:
        return []
    for booking in live:
        booking.session = session
    hindered = hindrances(live)
    return [b for b in live if b.pk in hindered or b.changed_from]


def _wait_again(touched: Sequence[Booking], session: Session) -> None:
    """A seat that nobody of the family could take is not kept from the others."""
    offered = [b for b in touched if b.state == Booking.State.OFFERED and not is_at_home(session)]
    for booking in offered:
        booking.session = session
    if not offered:
        return
    hindered = hindrances(offered)
    for booking in offered:
        hindrance = hindered.get(booking.pk)
        if hindrance and hindrance.all_of_wrong_age:
            booking.state = Booking.State.WAITING
            booking.answer_by = None
            take(session, -booking.seats)


def _ask(booking: Booking, session: Session, before: Agreed, after: Agreed, now: datetime) -> None:
    agreed = Agreed.from_json(booking.changed_from) if booking.changed_from else before
    changes = agreed.changes(after)
    if before.changes(after) & ASKS:
        booking.stays = None  # she said it of another time
    booking.changed_from = agreed.as_json() if changes else None
    if booking.state == Booking.State.ASKED and not changes & ASKS:
        booking.state = Booking.State.CONFIRMED
        booking.answer_by = None
    elif booking.state in (Booking.State.CONFIRMED, Booking.State.ASKED) and changes & ASKS:
        booking.state = Booking.State.ASKED
        booking.answer_by = last_word_by(session, now)
    elif booking.state == Booking.State.OFFERED:
        booking.answer_by = last_word_by(session, now)
