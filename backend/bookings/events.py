"""Whom a change of bookings concerns: the sessions' pages, the coordinators of their rotas, and
each family whose booking changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from backend.accounts.models import User
from backend.bookings.models import Booking
from backend.outbox.kinds import OfBookings, SeatOffered
from backend.outbox.record import record
from backend.rota.models import Session


def record_bookings(
    kind: type[OfBookings],
    sessions: Sequence[Session],
    bookings: Sequence[Booking],
    *,
    offered: Sequence[Booking] = (),
    actor: User | None,
    now: datetime,
) -> None:
    """What happened to `bookings` in `sessions`; and, as an event of its own, that seats which were
    freed by it are `offered` to the line."""
    happened = kind(sessions=_ids(sessions), bookings=tuple(booking.pk for booking in bookings))
    record(happened, streams=_streams(sessions, bookings), actor=actor, now=now)
    if offered:
        record_offered(sessions, offered, actor=actor, now=now)


def record_offered(
    sessions: Sequence[Session], offered: Sequence[Booking], *, actor: User | None, now: datetime
) -> None:
    """Seats in `sessions` are kept for the families of these bookings until they answer."""
    here = {booking.session_id for booking in offered}
    with_seats = [session for session in sessions if session.pk in here]
    happened = SeatOffered(
        sessions=_ids(with_seats), offered=tuple(booking.pk for booking in offered)
    )
    record(happened, streams=_streams(with_seats, offered), actor=actor, now=now)


def _ids(sessions: Iterable[Session]) -> tuple[int, ...]:
    return tuple(sorted(session.pk for session in sessions))


def _streams(sessions: Iterable[Session], bookings: Iterable[Booking]) -> set[str]:
    streams = {f"family.{booking.family_id}" for booking in bookings}
    for session in sessions:
        streams |= {f"session.{session.pk}", f"rota.{session.rota_id}"}
    return streams
