"""Imports as work for later, as publications are (`planning.operations.publication`): the wish is a
row, the queue only knocks, and whoever works holds an advisory lock of her database session."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from django.db.models import F

from backend.common.alone import alone_at
from backend.common.locking import operation
from backend.exchange.events import record_of
from backend.exchange.models import Import
from backend.outbox.kinds import ImportCalledAgain

IMPORTING = 0x696D706F  # advisory, beside the import's id
PATIENCE = 5  # seconds after which one that nobody works on is announced again
MOST_ATTEMPTS = 4  # without a step forward; more would take the next worker down, too


def alone(batch_id: int) -> AbstractContextManager[bool]:
    """Whether nobody else works on it; until the end nobody else will."""
    return alone_at(IMPORTING, batch_id)


@operation
def begin_work(*, batch_id: int, now: datetime) -> Import | None:
    """A worker's first step, alone(): the import, or None when there is nothing (more) to do."""
    mine = Import.objects.filter(pk=batch_id, state__in=Import.WORKED_ON)
    if not mine.update(attempt=F("attempt") + 1, called_at=now):
        return None
    rows = Import.objects.select_related("organisation", "made_by", "rota__organisation")
    return rows.get(pk=batch_id)


def sweep_imports(*, now: datetime) -> int:
    """Call a worker again for what was called a while ago and nobody works on; how many."""
    late = Import.objects.filter(
        state__in=Import.WORKED_ON, called_at__lt=now - timedelta(seconds=PATIENCE)
    )
    return sum(
        _call_again(pk, called_at, now)
        for pk, called_at in list(late.order_by("pk").values_list("pk", "called_at"))
    )


def _call_again(batch_id: int, called_at: datetime, now: datetime) -> int:
    with alone(batch_id) as free:
        if free:
            return _call(batch_id=batch_id, called_at=called_at, now=now)
        return 0


@operation
def _call(*, batch_id: int, called_at: datetime, now: datetime) -> int:
    called = Import.objects.filter(
        pk=batch_id, state__in=Import.WORKED_ON, called_at=called_at
    ).update(called_at=now)
    if called:
        batch = Import.objects.select_related("organisation", "made_by").get(pk=batch_id)
        record_of(ImportCalledAgain, batch, None, now)
    return called
