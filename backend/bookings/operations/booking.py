"""A family books, cancels, or moves to another session."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from backend.accounts.models import User
from backend.bookings.events import record_bookings
from backend.bookings.models import LIVE, Booking
from backend.bookings.operations.gate import admit, admit_answer, children_of, live_bookings
from backend.bookings.operations.line import confirm, end, enter, serve_line
from backend.bookings.operations.staying import note_whether
from backend.bookings.policy import free_seats, is_bookable, line_is_open
from backend.common.locking import admission, lock, lock_one, operation
from backend.common.refusal import Refusal
from backend.families.models import Family
from backend.outbox.kinds import (
    BookingCancelled,
    BookingConfirmed,
    BookingMade,
    BookingMoved,
    BookingWaiting,
    SeatDeclined,
)
from backend.rota.models import Session
from backend.rota.operations import require_seen
from backend.rota.policy import has_begun


class AlreadyBooked(Refusal):
    """The family has a live booking in this session, for other children than those asked for now.

    Facts: booking.
    """

    code = "already_booked"


class LineClosed(Refusal):
    """Full, and too late to wait: freed seats are no longer offered along the line."""

    code = "line_closed"


class NoFreeSeat(Refusal):
    """A booking is moved only into free seats, so that nobody gives up a seat for a place in a
    line."""

    code = "no_free_seat"


class BookingEnded(Refusal):
    """Too late to cancel or move: the session has begun, or the booking was given up.

    Facts: booking, state.
    """

    code = "booking_ended"


@admission
def book(
    *,
    family_id: int,
    session_id: int,
    child_ids: Collection[int],
    actor: User | None,
    now: datetime,
    seen: str = "",
) -> Booking:
    """Seats for these children: confirmed at once, or "waiting" at the end of the line when they do
    not fit. `seen`: as rota.operations.require_seen().

    Free seats go along the line first, so nobody overtakes a waiting family whose children would
    have fitted. Asked again for the same children it returns the booking that there is. Raises a
    Refusal (gate.py, AlreadyBooked, LineClosed, TermsChanged).
    """
    family = lock_one(Family, family_id)
    session = lock_one(Session, session_id)
    beside = live_bookings(family)
    for booking in beside:
        if booking.session_id == session_id:
            return _again(booking, session, child_ids, actor, now, seen)
    require_seen(session, seen)
    children = children_of(family, child_ids)
    admit(family, session, children, beside, now)
    offered = serve_line(session, now)
    fits = len(children) <= free_seats(session)
    if not fits and not line_is_open(session, now):
        raise LineClosed
    booking = enter(
        family, session, children, Booking.State.CONFIRMED if fits else Booking.State.WAITING, now
    )
    kind = BookingMade if fits else BookingWaiting
    record_bookings(kind, [session], [booking], offered=offered, actor=actor, now=now)
    return booking


def _again(
    booking: Booking,
    session: Session,
    child_ids: Collection[int],
    actor: User | None,
    now: datetime,
    seen: str,
) -> Booking:
    """The family asks for what it has: nothing changes, except that after the line has closed a
    waiting family may take a free seat."""
    if set(child_ids) != set(booking.children.values_list("pk", flat=True)):
        raise AlreadyBooked(booking=booking.pk)
    late = (
        booking.state == Booking.State.WAITING
        and is_bookable(session, now)
        and not line_is_open(session, now)
    )
    if late and booking.seats <= free_seats(session):
        require_seen(session, seen)
        admit_answer(booking, session)
        confirm(booking, session)
        record_bookings(BookingConfirmed, [session], [booking], actor=actor, now=now)
    return booking


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A booking that its family gave up, and those to whom the freed seats are offered now.
    `over`: it had ended before, and nothing has changed."""

    booking: Booking
    offered: tuple[Booking, ...] = ()
    over: bool = False


@operation
def cancel_booking(*, booking_id: int, actor: User | None, now: datetime) -> GivenUp:
    """Give up seats or a place in the line; what is freed is offered to the next.

    Until the session begins; again changes nothing.
    """
    booking, session = lock_booking(booking_id)
    if booking.state not in LIVE:
        return GivenUp(booking, over=True)
    if has_begun(session, now):
        raise BookingEnded(booking=booking.pk, state=booking.state)
    return give_up(BookingCancelled, booking, session, actor, now)


def give_up(
    kind: type[BookingCancelled | SeatDeclined],
    booking: Booking,
    session: Session,
    actor: User | None,
    now: datetime,
) -> GivenUp:
    """End the booking under its locks, serve the line, and record it."""
    note_whether(booking, session, now, stays=False)
    end([booking], session, Booking.State.CANCELLED, now)
    offered = serve_line(session, now)
    record_bookings(kind, [session], [booking], offered=offered, actor=actor, now=now)
    return GivenUp(booking, tuple(offered))


@operation
def move_booking(
    *, booking_id: int, session_id: int, actor: User | None, now: datetime, seen: str = ""
) -> Booking:
    """The same children in another session instead: the new seats are confirmed and the old ones
    freed, or neither. `seen`: of the new session, as rota.operations.require_seen().

    Moving to where she is already, or has moved to, returns that booking. Raises a Refusal
    (gate.py, NoFreeSeat, BookingEnded, AlreadyBooked, TermsChanged); Session.DoesNotExist.
    """
    found = Booking.objects.values("family_id", "session_id").get(pk=booking_id)
    family = lock_one(Family, found["family_id"])
    before, after = _lock_both(found["session_id"], session_id)
    old = Booking.objects.get(pk=booking_id)
    beside = [booking for booking in live_bookings(family) if booking.pk != old.pk]
    there = next((booking for booking in beside if booking.session_id == session_id), None)
    if there and there.moved_from_id == old.pk:
        return there
    if old.state not in LIVE or has_begun(before, now):
        raise BookingEnded(booking=old.pk, state=old.state)
    if before.pk == after.pk:
        return old
    if there:
        raise AlreadyBooked(booking=there.pk)
    require_seen(after, seen)
    children = children_of(family, old.children.values_list("pk", flat=True))
    admit(family, after, children, beside, now)
    offered = serve_line(after, now)
    if len(children) > free_seats(after):
        raise NoFreeSeat
    new = _instead(old, enter(family, after, children, Booking.State.CONFIRMED, now))
    note_whether(old, before, now, stays=False)
    end([old], before, Booking.State.CANCELLED, now)
    offered += serve_line(before, now)
    record_bookings(
        BookingMoved, [before, after], [old, new], offered=offered, actor=actor, now=now
    )
    return new


def _lock_both(one: int, other: int) -> tuple[Session, Session]:
    """Raises Session.DoesNotExist."""
    sessions = lock(Session, [one, other])
    if other not in sessions:
        raise Session.DoesNotExist(other)
    return sessions[one], sessions[other]


def _instead(old: Booking, new: Booking) -> Booking:
    """In the family's calendar the new one stands in the place of the old."""
    new.moved_from = old
    new.save(update_fields=["moved_from"])
    return new


def lock_booking(booking_id: int) -> tuple[Booking, Session]:
    """Lock the booking's family, then its session, and read the booking fresh: nobody else can
    change it now.

    Raises Booking.DoesNotExist. A booking never changes its family or session, so reading those two
    before the locks is safe.
    """
    found = Booking.objects.values("family_id", "session_id").get(pk=booking_id)
    lock_one(Family, found["family_id"])
    session = lock_one(Session, found["session_id"])
    return Booking.objects.get(pk=booking_id), session
