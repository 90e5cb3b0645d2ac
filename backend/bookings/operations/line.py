"""The moves that every operation is made of.

Each expects the session's row to be locked, and records nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import DEFAULT_DB_ALIAS
from psycopg.types.numeric import Int8

from backend.bookings.models import HOLDS_SEATS, Booking
from backend.bookings.policy import (
    Waiting,
    free_seats,
    line_is_open,
    new_code,
    seat_deadline,
    served,
)
from backend.bookings.queries.hindrances import hindrances, who_can_come
from backend.bookings.states import BookingState
from backend.common.prepared import Prepared, only
from backend.families.models import Child, Family
from backend.rota.agreed import ASKS, Agreed
from backend.rota.models import Session

ENTER = """
WITH of_session AS (UPDATE rota_session SET seats_taken = %s WHERE id = %s),
made AS (
    INSERT INTO bookings_booking (session_id, family_id, seats, state, code, made_at)
    VALUES (%s, %s, %s, %s, %s, %s) RETURNING id
), brought AS (
    INSERT INTO bookings_booking_children (booking_id, child_id)
    SELECT made.id, child FROM made, unnest(%s::bigint[]) AS child
)
SELECT id FROM made
"""
_waiting = Prepared(
    lambda session: Booking.objects.filter(session=session, state=Booking.State.WAITING), 0
)
_last = Prepared(
    lambda session: (
        Booking.objects.filter(session=session, state=Booking.State.WAITING)
        .order_by("-made_at")
        .values("made_at")[:1]
    ),
    0,
)
_codes = Prepared(
    lambda session: Booking.objects.filter(session=session).exclude(code="").values("code"), 0
)


def serve_line(session: Session, now: datetime, by: datetime | None = None) -> list[Booking]:
    """Offer the seats that are free to the waiting line, in its order; whom they were offered
    to. `by`: until when they are kept, where that is longer than for a seat that others wait for.

    Who could not take them now (the session was moved since, or another one of hers was) keeps her
    place and is passed over.
    """
    free = free_seats(session)
    if not free or not line_is_open(session, now):
        return []
    waiting = {booking.pk: booking for booking in _waiting(session.pk)}
    if not waiting:
        return []
    able = who_can_come(session, list(waiting.values()))
    line = (Waiting(b.pk, b.seats, b.made_at) for b in waiting.values() if b.pk in able)
    chosen = [waiting[entry.booking_id] for entry in served(line, free)]
    answer_by = by or seat_deadline(session, now)
    for booking in chosen:
        booking.state = Booking.State.OFFERED
        booking.answer_by = answer_by
    Booking.objects.bulk_update(chosen, ["state", "answer_by"])
    take(session, sum(booking.seats for booking in chosen))
    return chosen


def enter(
    family: Family, session: Session, children: Sequence[Child], state: BookingState, now: datetime
) -> Booking:
    """A new booking, confirmed or at the end of the line.

    Two that arrive in one instant stand in the order of their locks.
    """
    booking = Booking(session=session, family=family, seats=len(children), state=state, made_at=now)
    if state == Booking.State.WAITING:
        to_the_end_of_the_line(booking, now)
    else:
        booking.code = _code(session)
        session.seats_taken += booking.seats
    taken = [session.seats_taken, session.pk]
    ids = [Int8(child.pk) for child in children]
    (booking.pk,) = only(
        ENTER,
        [*taken, session.pk, family.pk, booking.seats, state, booking.code, booking.made_at, ids],
    )
    booking._state.adding = False
    booking._state.db = DEFAULT_DB_ALIAS
    return booking


def to_the_end_of_the_line(booking: Booking, now: datetime) -> None:
    """Two that come in one instant stand in the order of their locks, also where the later one has
    the older row. The caller stores it."""
    behind = (last["made_at"] for last in _last(booking.session_id))
    if booking.pk is not None:
        behind = (last + timedelta(microseconds=1) for last in behind)
    booking.made_at = max([now, *behind])


def confirm(booking: Booking, session: Session) -> None:
    """Offered, asked again or waiting → confirmed, with a code to say at the door; what was agreed
    to is what the session is now."""
    if booking.state not in HOLDS_SEATS:
        take(session, booking.seats)
    booking.state = Booking.State.CONFIRMED
    booking.answer_by = booking.changed_from = None
    booking.reopened = False
    booking.code = booking.code or _code(session)
    booking.save(update_fields=["state", "answer_by", "changed_from", "reopened", "code"])


def end(
    bookings: Sequence[Booking],
    session: Session,
    state: BookingState,
    now: datetime,
    reason: str = "",
) -> None:
    """Live → cancelled or expired; seats that they held are free again. `reason`: why, unless the
    family ended it herself."""
    take(session, -sum(booking.seats for booking in bookings if booking.state in HOLDS_SEATS))
    for booking in bookings:
        booking.end_reason = reason or (
            Booking.EndReason.SILENCE
            if state == Booking.State.EXPIRED
            else Booking.EndReason.HERSELF
        )
        if state == Booking.State.EXPIRED and booking.state == Booking.State.WAITING:
            booking.end_reason = Booking.EndReason.BEGUN
        booking.state = state
        booking.ended_at = now
        booking.answer_by = None
    Booking.objects.bulk_update(bookings, ["state", "ended_at", "answer_by", "end_reason"])


def leave(
    booking: Booking, session: Session, child_ids: Collection[int], now: datetime, reason: str
) -> None:
    """These children do not come; their brothers and sisters keep their seats, or their place in
    the line. Without anybody left the booking ends."""
    going = set(booking.children.values_list("pk", flat=True))
    leaving = going & set(child_ids)
    if leaving == going:
        end([booking], session, Booking.State.CANCELLED, now, reason)
        return
    booking.children.remove(*leaving)
    if reason == Booking.EndReason.AGE:
        booking.left_for_age.add(*leaving)
    booking.seats -= len(leaving)
    booking.save(update_fields=["seats"])
    if booking.state in HOLDS_SEATS:
        take(session, -len(leaving))
    settle_ages(booking, session)


def settle_ages(booking: Booking, session: Session) -> bool:
    """She was asked because the class is for other ages, and whoever still comes is of them:
    nothing is asked any more. Whether that was so."""
    if booking.state != Booking.State.ASKED or booking.changed_from is None:
        return False
    asked = Agreed.from_json(booking.changed_from).changes(Agreed.of(session)) & ASKS
    booking.session = session
    if not asked <= {"ages"} or hindrances([booking]):
        return False
    confirm(booking, session)
    return True


def take(session: Session, seats: int) -> None:
    """Move the session's counter by so many seats."""
    if seats:
        session.seats_taken += seats
        session.save(update_fields=["seats_taken"])


def _code(session: Session) -> str:
    return new_code({row["code"] for row in _codes(session.pk)})
