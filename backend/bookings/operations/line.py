"""The moves that every operation is made of.

Each expects the session's row to be locked, and records nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

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
from backend.common.kept import Kept, run
from backend.families.models import Child, Family
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
_waiting = Kept(lambda session: Booking.objects.filter(session=session, state="waiting"), 0)
_last = Kept(
    lambda session: (
        Booking.objects.filter(session=session, state="waiting")
        .order_by("-made_at")
        .values("made_at")[:1]
    ),
    0,
)
_codes = Kept(
    lambda session: Booking.objects.filter(session=session).exclude(code="").values("code"), 0
)


def serve_line(session: Session, now: datetime) -> list[Booking]:
    """Offer the seats that are free to the waiting line, in its order; whom they were offered
    to."""
    free = free_seats(session)
    if not free or not line_is_open(session, now):
        return []
    waiting = {booking.pk: booking for booking in _waiting(session.pk)}
    if not waiting:
        return []
    chosen = [
        waiting[w.booking_id]
        for w in served((Waiting(b.pk, b.seats, b.made_at) for b in waiting.values()), free)
    ]
    for booking in chosen:
        booking.state, booking.answer_by = "offered", seat_deadline(session, now)
    Booking.objects.bulk_update(chosen, ["state", "answer_by"])
    take(session, sum(booking.seats for booking in chosen))
    return chosen


def enter(
    family: Family, session: Session, children: Sequence[Child], state: str, now: datetime
) -> Booking:
    """A new booking, confirmed or at the end of the line.

    Two that arrive in one instant stand in the order of their locks.
    """
    booking = Booking(session=session, family=family, seats=len(children), state=state, made_at=now)
    if state == "waiting":
        booking.made_at = max([now, *(last["made_at"] for last in _last(session.pk))])
    else:
        booking.code = _code(session)
        session.seats_taken += booking.seats
    taken, ids = [session.seats_taken, session.pk], [Int8(child.pk) for child in children]
    (booking.pk,) = run(
        ENTER,
        [*taken, session.pk, family.pk, booking.seats, state, booking.code, booking.made_at, ids],
    )
    booking._state.adding, booking._state.db = False, DEFAULT_DB_ALIAS
    return booking


def confirm(booking: Booking, session: Session) -> None:
    """Offered or waiting → confirmed, with a code to say at the door."""
    if booking.state not in HOLDS_SEATS:
        take(session, booking.seats)
    booking.state, booking.answer_by, booking.code = "confirmed", None, _code(session)
    booking.save(update_fields=["state", "answer_by", "code"])


def end(bookings: Sequence[Booking], session: Session, state: str, now: datetime) -> None:
    """Live → cancelled or expired; seats that they held are free again."""
    take(session, -sum(booking.seats for booking in bookings if booking.state in HOLDS_SEATS))
    for booking in bookings:
        booking.state, booking.ended_at, booking.answer_by = state, now, None
    Booking.objects.bulk_update(bookings, ["state", "ended_at", "answer_by"])


def take(session: Session, seats: int) -> None:
    """Move the session's counter by so many seats."""
    if seats:
        session.seats_taken += seats
        session.save(update_fields=["seats_taken"])


def _code(session: Session) -> str:
    return new_code({row["code"] for row in _codes(session.pk)})
