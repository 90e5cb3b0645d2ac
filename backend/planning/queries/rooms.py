"""Who else has the room."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef

from backend.common.bulk import among
from backend.rota.models import Session
from backend.rota.states import TO_COME


def taken_by(
    venue_id: int | None, starts_at: datetime | None, ends_at: datetime | None, *, beside: int = 0
) -> list[Session]:
    """Other sessions that are to be in this room at this time, with their rotas, the earliest
    first; `beside` is the session that is asked for."""
    if venue_id is None or starts_at is None or ends_at is None:
        return []
    there = Session.objects.filter(
        venue=venue_id,
        starts_at__lt=ends_at,
        ends_at__gt=starts_at,
        state__in=TO_COME,
    ).exclude(pk=beside)
    return list(there.select_related("rota__organisation").order_by("starts_at", "pk"))


def without_a_room(sessions: Sequence[Session]) -> list[Session]:
    """Those of them whose room somebody else has at their time, the earliest first; `elsewhere`:
    so has a session of another rota, and other weeks would help. One statement."""
    others = Session.objects.filter(
        venue=OuterRef("venue"),
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
        state__in=TO_COME,
    ).exclude(pk=OuterRef("pk"))
    rows = Session.objects.filter(Exists(others), among("pk", [one.pk for one in sessions]))
    rows = rows.annotate(elsewhere=Exists(others.exclude(rota=OuterRef("rota"))))
    return list(rows.select_related("venue").order_by("starts_at", "pk"))


def mark_of_rooms(sessions: Sequence[Session]) -> str:
    """Which rooms are taken when, in short: another session, or another time, is another mark. ""
    of none."""
    if not sessions:
        return ""
    said = sorted(f"{one.venue_id} {one.starts_at}" for one in sessions)
    return hashlib.sha256(" ".join(said).encode()).hexdigest()[:16]
