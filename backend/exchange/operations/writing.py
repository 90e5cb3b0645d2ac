"""The rows of a confirmed import, written one by one: each in one transaction with the mark that it
is written, so that a worker that dies leaves no half of one, and the next writes none twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from backend.accounts.access import note
from backend.common.locking import operation
from backend.exchange.checking import packed, unpacked, values_of_cells
from backend.exchange.events import note_compared, record_of
from backend.exchange.models import Import, ImportRow, Outcome
from backend.exchange.operations.uploading import TO_WRITE
from backend.exchange.table import Table, TableDesk
from backend.outbox.kinds import ImportEnded


@operation
def write_row(
    *, row: ImportRow, columns: list[str], table: type[Table], desk: TableDesk, now: datetime
) -> None:
    """Write it, if nobody has. Raises what the desk raises; then nothing is written."""
    mine = ImportRow.objects.filter(pk=row.pk, written_at=None, outcome__in=TO_WRITE)
    if mine.update(written_at=now):
        cells = unpacked(row.cells)
        target = desk.write(row, values_of_cells(table, desk, columns, cells))
        ImportRow.objects.filter(pk=row.pk).update(target=target)


@operation
def refuse_row(
    *,
    batch: Import,
    row: ImportRow,
    said: Mapping[str, str],
    looked: Sequence[int],
    now: datetime,
) -> None:
    """It was not written after all, and why; `looked`: the volunteers whom the reason names."""
    row.outcome = Outcome.WRONG
    row.said = packed(dict(said))
    row.written_at = None
    row.save(update_fields=["outcome", "said", "written_at"])
    note_compared(batch, looked, now)


@operation
def note_written(*, batch_id: int, written: int, now: datetime) -> None:
    """How many are written by now: a step forward, so that a worker may fail anew."""
    Import.objects.filter(pk=batch_id, state=Import.State.CONFIRMED).update(
        rows_written=written, attempt=1, called_at=now
    )


@operation
def end_import(*, batch_id: int, now: datetime) -> None:
    """Nothing is left to write."""
    batch = Import.objects.select_related("organisation", "made_by").get(pk=batch_id)
    written = batch.rows.filter(written_at__isnull=False).count()
    mine = Import.objects.filter(pk=batch_id, state=Import.State.CONFIRMED)
    if mine.update(state=Import.State.DONE, rows_written=written, ended_at=now):
        reason = f"{batch.table}: {written} rows"
        note(batch.made_by, "change", f"import:{batch_id}", reason, now=now)
        record_of(ImportEnded, batch, batch.made_by, now)
