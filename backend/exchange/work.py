"""A worker's part in an import: compare the file, or write what was confirmed. Safe to call twice,
from two machines, or again after a crash."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from django.db import OperationalError
from django.utils import translation
from django.utils.translation import gettext as _

from backend.common.refusal import Refusal
from backend.exchange import operations
from backend.exchange.checking import checked, heads_of, sentences, unpacked, values_of_cells
from backend.exchange.models import Import, ImportRow
from backend.exchange.operations.uploading import TO_WRITE
from backend.exchange.operations.working import MOST_ATTEMPTS
from backend.exchange.reading import FileRefused, read_sheet
from backend.exchange.table import Context, TableDesk
from backend.exchange.tables import TABLES
from backend.words import refused

log = logging.getLogger(__name__)
STEP = 25  # rows written between two reports
Clock = Callable[[], datetime]


class Tell(Protocol):
    def __call__(self, stream: str, data: Mapping[str, int | float | str]) -> object: ...


def work(batch_id: int, *, clock: Clock, tell: Tell) -> None:
    with operations.alone(batch_id) as mine:
        batch = operations.begin_work(batch_id=batch_id, now=clock()) if mine else None
        if batch is None:
            return
        with translation.override(batch.language):
            try:
                _work(batch, clock, tell)
            except operations.ImportStopped:
                return
            # a lock was not to be had, or the database is away: the sweep calls again
            except OperationalError:
                log.warning("import %s: not at its end yet", batch_id, exc_info=True)


def _work(batch: Import, clock: Clock, tell: Tell) -> None:
    if batch.state == Import.State.CONFIRMED:
        _write(batch, clock, tell)
        return
    try:
        if batch.attempt > MOST_ATTEMPTS:
            raise FileRefused(why="interrupted", most=0, where="")
        _check(batch, clock, tell)
    except FileRefused as refusal:
        said = refused(refusal, you=False)
        operations.refuse_import(batch_id=batch.pk, why=said, now=clock())


def context_of(batch: Import, now: datetime) -> Context:
    return Context(user=batch.made_by, now=now, rota=batch.rota)


def _check(batch: Import, clock: Clock, tell: Tell) -> None:
    """Raises FileRefused, ImportStopped."""
    table = TABLES[batch.table]
    sheet = read_sheet(batch.file.data)
    heads = heads_of(table, sheet)
    desk = table.desk(context_of(batch, clock()))
    operations.start_again(batch_id=batch.pk)
    read = hidden_rows = 0
    for rows in checked(table, desk, heads, sheet):
        read += len(rows)
        hidden_rows += sum(row.hidden for row in rows)
        staged = [row.staged(batch.pk) for row in rows]
        looked, desk.looked = desk.looked, []
        operations.store_rows(batch=batch, rows=staged, read=read, looked=looked, now=clock())
        tell(f"user.{batch.made_by_id}", {"read": read})
    if not read:
        raise FileRefused(why="empty", most=0, where="")
    operations.end_checking(
        batch_id=batch.pk,
        sheet=sheet.name,
        hidden=sheet.hidden,
        hidden_rows=hidden_rows,
        columns=heads.known,
        unused=heads.unused,
        now=clock(),
    )


def _write(batch: Import, clock: Clock, tell: Tell) -> None:
    rows = ImportRow.objects.filter(of=batch.pk, outcome__in=TO_WRITE)
    written = rows.filter(written_at__isnull=False).count()
    total = max(1, rows.count())
    table = TABLES[batch.table]
    desk: TableDesk = table.desk(context_of(batch, clock()))
    for some in _some(batch.pk):
        for row in some:
            written += _write_one(batch, row, desk, clock)
        operations.note_written(batch_id=batch.pk, written=written, now=clock())
        share = {"written": written, "percent": 100 * written // total}
        tell(f"user.{batch.made_by_id}", share)
    operations.end_import(batch_id=batch.pk, now=clock())


def _some(batch_id: int) -> Iterator[list[ImportRow]]:
    """The rows that wait, in their order, some at a time."""
    waiting = ImportRow.objects.filter(of=batch_id, outcome__in=TO_WRITE, written_at=None)
    while some := list(waiting.order_by("number")[:STEP]):
        yield some


def _write_one(batch: Import, row: ImportRow, desk: TableDesk, clock: Clock) -> int:
    """1, or 0 when it was refused."""
    table = TABLES[batch.table]
    try:
        if row.target is None:
            cells = unpacked(row.cells)
            desk.weigh(values_of_cells(table, desk, batch.columns, cells))
        operations.write_row(
            row=row,
            columns=batch.columns,
            table=table,
            desk=desk,
            now=clock(),
        )
        return 1
    except OperationalError:  # Busy among them: it is tried again
        raise
    except Refusal as refusal:
        looked = refusal.facts.get("looked", ())
        operations.refuse_row(
            batch=batch, row=row, said=sentences(refusal), looked=looked, now=clock()
        )
    except Exception:
        log.exception("row %s of import %s could not be written", row.number, batch.pk)
        said = {"": _("出了意外，这一行没有写，请告诉运维")}
        operations.refuse_row(batch=batch, row=row, said=said, looked=(), now=clock())
    return 0
