"""The rows of a file as they are compared, stored some at a time by one worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backend.common.locking import operation
from backend.exchange.events import note_compared, record_of
from backend.exchange.models import Import, ImportFile, ImportRow
from backend.outbox.kinds import ImportChecked, ImportEnded


class ImportStopped(Exception):
    """It was put aside while a worker compared it."""


@operation
def start_again(*, batch_id: int) -> None:
    """What an earlier worker stored goes: it had not come to the end."""
    ImportRow.objects.filter(of=batch_id).delete()
    Import.objects.filter(pk=batch_id).update(rows_read=0)


@operation
def store_rows(
    *,
    batch: Import,
    rows: Sequence[ImportRow],
    read: int,
    looked: Sequence[int],
    now: datetime,
) -> None:
    """Some more rows; `read`: how many there are now; `looked`: the volunteers with whose data they
    were compared, which is a look at each. Raises ImportStopped."""
    mine = Import.objects.filter(pk=batch.pk, state=Import.State.UPLOADED)
    if not mine.update(rows_read=read):
        raise ImportStopped
    ImportRow.objects.bulk_create(rows)
    note_compared(batch, looked, now)


@operation
def end_checking(
    *,
    batch_id: int,
    sheet: str,
    hidden: Sequence[str],
    hidden_rows: int,
    columns: Sequence[str],
    unused: Sequence[str],
    now: datetime,
) -> None:
    """Every row is there: the file has served its purpose. Raises ImportStopped."""
    mine = Import.objects.filter(pk=batch_id, state=Import.State.UPLOADED)
    if not mine.update(
        state=Import.State.CHECKED,
        sheet=sheet[:40],
        hidden=list(hidden),
        hidden_rows=hidden_rows,
        columns=list(columns),
        unused=list(unused),
    ):
        raise ImportStopped
    ImportFile.objects.filter(of=batch_id).delete()
    batch = Import.objects.select_related("organisation", "made_by").get(pk=batch_id)
    record_of(ImportChecked, batch, None, now)


@operation
def refuse_import(*, batch_id: int, why: str, now: datetime) -> None:
    """The file cannot be read: nothing of it stays. Changes nothing if it was put aside."""
    mine = Import.objects.filter(pk=batch_id, state=Import.State.UPLOADED)
    if mine.update(state=Import.State.UNREADABLE, why=why[:300], ended_at=now, forgotten_at=now):
        ImportRow.objects.filter(of=batch_id).delete()
        ImportFile.objects.filter(of=batch_id).delete()
        batch = Import.objects.select_related("organisation", "made_by").get(pk=batch_id)
        record_of(ImportEnded, batch, None, now)
