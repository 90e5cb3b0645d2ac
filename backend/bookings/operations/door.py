"""At the door: which families came. From then on a booking is one that attended, or one that was
absent, and no more a promise."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.bookings.events import record_bookings
from backend.bookings.models import HAS_SEAT, HOLDS_SEATS, Booking
from backend.bookings.operations.booking import lock_booking
from backend.bookings.operations.line import take
from backend.bookings.policy import door_is_open
from backend.bookings.states import MAY_COME
from backend.common.locking import hold, lock_one, operation
from backend.common.refusal import Refusal
from backend.families.models import Family
from backend.outbox.kinds import FamiliesAbsent, FamilyCame, OfBookings
from backend.rota.models import Session
from backend.rota.policy import is_over

State = Booking.State


class DoorClosed(Refusal):
    """It is too early or too late to note which families came. Facts: session."""

    code = "door_closed"


class NoSeatThere(Refusal):
    """The family has no seat there. Facts: booking, state."""

    code = "no_seat_there"


@operation
def note_family(*, booking_id: int, came: bool, actor: User, now: datetime) -> Booking:
    """It is here; not `came`: that was a slip. Repeating changes nothing.

    Raises DoorClosed, NoSeatThere; Booking.DoesNotExist.
    """
    state = State.ATTENDED if came else State.CONFIRMED
    return _say(booking_id, state, FamilyCame, actor, now)


@operation
def note_family_absent(*, booking_id: int, actor: User, now: datetime) -> Booking:
    """Nobody of it was there, as who waited for it says, whether or not it is over yet. Repeating
    changes nothing.

    Raises DoorClosed, NoSeatThere; Booking.DoesNotExist.
    """
    return _say(booking_id, State.ABSENT, FamiliesAbsent, actor, now)


@operation
def note_rest_absent(*, session_id: int, actor: User, now: datetime) -> int:
    """Everybody who was to come is noted: who has a seat and did not come was absent. How many
    families that were. Raises DoorClosed before the end; Session.DoesNotExist."""
    rows = Booking.objects.filter(session=session_id, state__in=HAS_SEAT)
    hold(Family, rows.values_list("family_id", flat=True))
    session = lock_one(Session, session_id)
    if not is_over(session, now):
        raise DoorClosed(session=session_id)
    absent = list(rows.order_by("pk"))
    if absent:
        _note(absent, session, State.ABSENT, FamiliesAbsent, actor, now)
    return len(absent)


def _say(
    booking_id: int, state: str, kind: type[OfBookings], actor: User, now: datetime
) -> Booking:
    booking, session = lock_booking(booking_id)
    if not door_is_open(session, now):
        raise DoorClosed(session=session.pk)
    if booking.state not in MAY_COME:
        raise NoSeatThere(booking=booking.pk, state=booking.state)
    if booking.state != state:
        _note([booking], session, state, kind, actor, now)
    return booking


def _note(
    bookings: list[Booking],
    session: Session,
    state: str,
    kind: type[OfBookings],
    actor: User,
    now: datetime,
) -> None:
    """Seats are counted as they are held: who was absent held none in the end."""
    before = sum(one.seats for one in bookings if one.state in HOLDS_SEATS)
    after = sum(one.seats for one in bookings) if state in HOLDS_SEATS else 0
    take(session, after - before)
    for booking in bookings:
        booking.state = state
        booking.answer_by = None
    Booking.objects.bulk_update(bookings, ["state", "answer_by"])
    record_bookings(kind, [session], bookings, actor=actor, now=now)
