"""Other children of the family come to what it has booked, without giving the booking up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from backend.accounts.models import User
from backend.bookings.events import record_bookings
from backend.bookings.models import HOLDS_SEATS, LIVE, Booking
from backend.bookings.operations.booking import BookingEnded, lock_booking
from backend.bookings.operations.gate import admit, children_of, live_bookings
from backend.bookings.operations.line import (
    serve_line,
    settle_ages,
    take,
    to_the_end_of_the_line,
)
from backend.bookings.policy import free_seats
from backend.bookings.queries.ages import is_too_old_or_young
from backend.common.locking import operation
from backend.common.refusal import Refusal
from backend.families.models import Child
from backend.outbox.kinds import BookingChildrenChanged
from backend.rota.models import Session
from backend.rota.policy import has_begun


class NoSeatBeside(Refusal):
    """There is no free seat for one more child; nothing has changed. Facts: more (children)."""

    code = "no_seat_beside"


@operation
def change_children(
    *, booking_id: int, child_ids: Collection[int], actor: User | None, now: datetime
) -> Booking:
    """These children come instead of those who were booked for: all of them or nobody new.

    Who waits is served first, so a seat more is had only where one would be free for a newcomer.
    Seats that are given up go along the line. Of a booking that waits itself, fewer children keep
    their place; more of them begin at the end of the line, because those behind came before them.
    The same children change nothing. Asked because the class is for other ages, she has answered
    with it: those who come now are of them. Raises a Refusal (gate.py, BookingEnded, NoSeatBeside).
    """
    booking, session = lock_booking(booking_id)
    children = children_of(booking.family, child_ids)
    before = set(booking.children.values_list("pk", flat=True))
    if booking.state not in LIVE or has_begun(session, now):
        raise BookingEnded(booking=booking.pk, state=booking.state)
    if before == {child.pk for child in children}:
        return booking
    beside = [other for other in live_bookings(booking.family) if other.pk != booking.pk]
    admit(booking.family, session, children, beside, now)
    offered = _seat(booking, session, children, now)
    settle_ages(booking, session)
    record_bookings(
        BookingChildrenChanged, [session], [booking], offered=offered, actor=actor, now=now
    )
    booking.refresh_from_db(fields=["state", "answer_by"])  # the line may have come to itself
    return booking


def _seat(
    booking: Booking, session: Session, children: Sequence[Child], now: datetime
) -> list[Booking]:
    """Write the new children and their seats; whom the line was served."""
    more = len(children) - booking.seats
    holds = booking.state in HOLDS_SEATS
    offered = serve_line(session, now) if holds and more > 0 else []
    if holds and more > free_seats(session):
        raise NoSeatBeside(more=more)
    _note_ages(booking, session, children)
    booking.children.set(children)
    booking.seats = len(children)
    if holds:
        take(session, more)
    elif more > 0:
        to_the_end_of_the_line(booking, now)
    booking.save(update_fields=["seats", "made_at"])
    if more < 0:
        offered += serve_line(session, now)
    return offered


def _note_ages(booking: Booking, session: Session, children: Sequence[Child]) -> None:
    """Who stays away because the class is for other ages is known, until it comes again."""
    gone = [child for child in booking.children.all() if child not in children]
    family = booking.family
    aged = [child for child in gone if is_too_old_or_young(family, child, session)]
    if aged:
        booking.left_for_age.add(*aged)
    if back := set(booking.left_for_age.all()) & set(children):
        booking.left_for_age.remove(*back)
