"""Whom a change of bookings concerns: the sessions' pages, the coordinators of their rotas, and
each family whose booking changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from backend.accounts.models import User
from backend.bookings.models import Booking
from backend.outbox.record import record
from backend.rota.models import Session


def record_bookings(
    kind: str,
    sessions: Sequence[Session],
    bookings: Iterable[Booking],
    *,
    offered: Iterable[Booking] = (),
    actor: User | None,
    now: datetime,
) -> None:
    """One event for what happened to `bookings` in `sessions` and, through it, to those `offered` a
    freed seat."""
    changed = list(bookings)
    promoted = list(offered)
    streams = {f"family.{booking.family_id}" for booking in [*changed, *promoted]}
    for session in sessions:
        streams |= {f"session.{session.pk}", f"rota.{session.rota_id}"}
    record(
        kind,
        streams=streams,
        now=now,
        actor_id=actor.pk if actor else None,
        sessions=sorted(session.pk for session in sessions),
        bookings=[booking.pk for booking in changed],
        offered=[booking.pk for booking in promoted],
    )
