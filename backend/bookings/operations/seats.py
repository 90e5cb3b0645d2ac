"""A freed seat is offered along the line, answered, or lost to the next when the time is up."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from backend.accounts.models import User
from backend.bookings.events import record_bookings, record_offered
from backend.bookings.models import ANSWERABLE, Booking
from backend.bookings.operations.booking import GivenUp, give_up, lock_booking
from backend.bookings.operations.gate import admit_answer
from backend.bookings.operations.line import confirm, end, serve_line
from backend.bookings.operations.staying import note_whether
from backend.common.locking import lock_one, operation
from backend.common.pieces import GoOn, to_the_end, work_off
from backend.common.refusal import Refusal
from backend.outbox.kinds import SeatAccepted, SeatDeclined, SeatExpired, WaitingEnded
from backend.rota.models import Session
from backend.rota.operations import require_seen
from backend.rota.policy import begun, is_at_home


class SeatGone(Refusal):
    """The seat is not (or no longer) this family's to take.

    Facts: booking, state ("offered", "asked": the time to answer is over), at_home (it was a
    visit), off (the session does not take place).
    """

    code = "seat_gone"


def _gone(booking: Booking, session: Session) -> SeatGone:
    off = session.state == Session.State.CANCELLED
    at_home = is_at_home(session)
    return SeatGone(booking=booking.pk, state=booking.state, at_home=at_home, off=off)


@operation
def accept_seat(*, booking_id: int, actor: User | None, now: datetime, seen: str = "") -> Booking:
    """Take the offered seats, or keep those of a session that was moved, or that has no
    minder any more. `seen`: as rota.operations.require_seen().

    A second yes returns the confirmed booking. Raises SeatGone after the deadline; TermsChanged,
    ConsentMissing and RulesBroken as for a new booking, beside what the family has agreed to
    elsewhere: she chooses.
    """
    booking, session = lock_booking(booking_id)
    if booking.state == Booking.State.CONFIRMED:
        if note_whether(booking, session, now, stays=True):
            record_bookings(SeatAccepted, [session], [booking], actor=actor, now=now)
        return booking
    if (
        booking.state not in ANSWERABLE
        or booking.answer_by is None
        or now >= booking.answer_by
        or session.state != Session.State.OPEN
    ):
        raise _gone(booking, session)
    require_seen(session, seen)
    admit_answer(booking, session)
    confirm(booking, session)
    record_bookings(SeatAccepted, [session], [booking], actor=actor, now=now)
    return booking


@operation
def decline_seat(*, booking_id: int, actor: User | None, now: datetime) -> GivenUp:
    """Let the seats that she was asked about go; what is freed is offered to the next.

    A second no changes nothing; SeatGone if they are not on offer.
    """
    booking, session = lock_booking(booking_id)
    if booking.state in (Booking.State.CANCELLED, Booking.State.EXPIRED):
        return GivenUp(booking, over=True)
    if booking.state not in ANSWERABLE:
        raise _gone(booking, session)
    return give_up(SeatDeclined, booking, session, actor, now)


@operation
def offer_freed_seats(*, session_id: int, now: datetime) -> list[Booking]:
    """Offer whatever is free to the line: for seats that staffing or a larger room has freed.
    Nothing free or nobody waiting: no event.

    Only the session is locked: a waiting booking already counts for its family's overlaps and
    quota, so an offer changes neither.
    """
    session = lock_one(Session, session_id)
    offered = serve_line(session, now) if session.state == Session.State.OPEN else []
    if offered:
        record_offered([session], offered, actor=None, now=now)
    return offered


def offer_freed_seats_of_rota(*, rota_id: int, now: datetime, go_on: GoOn = to_the_end) -> int:
    """The same for every session of a rota in which somebody waits; how many bookings were offered
    seats.

    One transaction a session, `go_on` asked after each; what is left then, serve_forgotten finds.
    """
    waited_for = (
        Session.objects.filter(rota_id=rota_id, bookings__state=Booking.State.WAITING)
        .order_by("pk")
        .values_list("pk", flat=True)
        .distinct()
    )
    lines = list(waited_for)
    return work_off((len(offer_freed_seats(session_id=pk, now=now)) for pk in lines), go_on)


def expire_seats(*, now: datetime, go_on: GoOn = to_the_end) -> int:
    """Take back every offered seat whose time is up and end the lines of sessions that have begun;
    how many bookings expired.

    One transaction a session, so a slow one holds up no other; `go_on` is asked after each, and
    what is left then stays due.
    """
    due = (
        Booking.objects.filter(_due(now))
        .order_by("session_id")
        .values_list("session_id", flat=True)
        .distinct()
    )
    sessions = list(due)
    return work_off((_expire_in(session_id=pk, now=now) for pk in sessions), go_on)


def _due(now: datetime) -> Q:
    waited = Q(begun(now, "session__"), state=Booking.State.WAITING)
    return Q(state__in=ANSWERABLE, answer_by__lte=now) | waited


@operation
def _expire_in(*, session_id: int, now: datetime) -> int:
    session = lock_one(Session, session_id)
    due = list(Booking.objects.filter(_due(now), session_id=session_id))
    waited = [booking for booking in due if booking.state == Booking.State.WAITING]
    asked = [booking for booking in due if booking.state != Booking.State.WAITING]
    end(due, session, Booking.State.EXPIRED, now)
    if asked:
        offered = serve_line(session, now)
        record_bookings(SeatExpired, [session], asked, offered=offered, actor=None, now=now)
    if waited:
        record_bookings(WaitingEnded, [session], waited, actor=None, now=now)
    return len(due)
