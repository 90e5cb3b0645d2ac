"""Who is told when an import moves: her own pages, and the lists of its organisation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backend.accounts.access import note_many
from backend.accounts.models import User
from backend.exchange.models import Import
from backend.outbox.kinds import OfImport
from backend.outbox.record import record


def import_streams(batch: Import) -> list[str]:
    return [f"user.{batch.made_by_id}", *batch.organisation.streams]


def record_of(kind: type[OfImport], batch: Import, actor: User | None, now: datetime) -> None:
    record(kind(batch=batch.pk), streams=import_streams(batch), actor=actor, now=now)


def note_compared(batch: Import, volunteers: Sequence[int], now: datetime) -> None:
    """Whoever brought the list has learnt something of each: a look, that each of them reads of."""
    subjects = [f"volunteer:{pk}" for pk in dict.fromkeys(volunteers)]
    note_many(batch.made_by, "read", subjects, f"import {batch.pk}", now=now)
