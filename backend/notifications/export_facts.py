"""What is known of a table that is to leave the house, as a message needs it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from backend.common.bulk import among
from backend.exchange.models import Export
from backend.words.saying import About

Ids = Collection[int]
Found = dict[int, About]


def export_waits(ids: Ids, now: datetime) -> Found:
    """Nobody has said yes or no."""
    rows = Export.objects.filter(among("pk", ids), decided_at=None).select_related("asked_by")
    return {one.pk: About(key=one.pk, name=str(one.asked_by), why=one.purpose) for one in rows}


def export_answered(ids: Ids, now: datetime) -> Found:
    """With whose yes or no. `state` is empty for a no."""
    rows = Export.objects.filter(among("pk", ids), decided_at__isnull=False)
    return {
        one.pk: About(
            key=one.pk,
            name=str(one.decided_by or ""),
            state="yes" if one.approved else "",
            why=one.purpose,
        )
        for one in rows.select_related("decided_by")
    }


OF_EXPORTS = (export_waits, export_answered)
