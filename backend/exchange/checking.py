"""A file compared with what stands in the database: every row's outcome, every cell's error in a
sentence. Nothing is changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, zip_longest
from typing import Any

from backend.common.reading import line as one_line
from backend.common.refusal import Refusal
from backend.exchange.cells import NONE, CellRefused, plain, text_of
from backend.exchange.models import ImportRow, Outcome
from backend.exchange.reading import Cell, FileRefused, Sheet, SheetLine, called
from backend.exchange.table import Column, RowPlan, RowRefused, Table, TableDesk, wrong
from backend.words import refused, said

PROBLEM = "问题"  # the column that says what is wrong, in a file that goes back
SAMPLE = "例"  # how the sample row of a template begins
SOME = 200  # rows at a time


@dataclass
class ReadRow:
    """One row as it was read: `cells` as texts in the order of the file's columns, `values` by
    column, `said` what is wrong by column; `hidden`: the sheet does not show it."""

    number: int
    cells: list[str]
    hidden: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    plan: RowPlan | None = None

    def staged(self, of: int) -> ImportRow:
        """Unsaved."""
        row = ImportRow(of_id=of, number=self.number, cells=packed(self.cells))
        if self.said or self.plan is None:
            row.outcome = Outcome.WRONG
            row.said = packed(self.said)
            return row
        row.outcome = self.plan.outcome
        row.target = self.plan.target
        row.expects = self.plan.expects
        row.touches = dict(self.plan.touches)
        if self.plan.was:
            row.was = packed(dict(self.plan.was))
        return row


@dataclass(frozen=True)
class Heads:
    """The columns of a file: of each the key of ours, None where it is none of ours."""

    keys: tuple[str | None, ...]
    unused: tuple[str, ...]

    @property
    def known(self) -> list[str]:
        return [key for key in self.keys if key is not None]


def heads_of(table: type[Table], sheet: Sheet) -> Heads:
    """Which column is which, by the first row. Raises FileRefused."""
    first = next(sheet.lines(), None)
    if first is None:
        raise FileRefused(why="empty", most=0, where="")
    by_heading = {
        _bare(name): column.key
        for column in table.columns
        for name in (column.heading, *column.also)
    }
    keys: list[str | None] = []
    unused = []
    for cell in first.cells:
        name = shown(cell)
        key = by_heading.get(_bare(name))
        if key in keys and key is not None:
            raise FileRefused(why="heading_twice", most=0, where=called(name))
        keys.append(key)
        if key is None and name not in ("", PROBLEM):
            unused.append(called(name))
    lacks = [c.heading for c in table.columns if c.needed and c.key not in keys]
    if lacks and table.key not in keys:
        raise FileRefused(why="headings", most=0, where="、".join(lacks))
    return Heads(tuple(keys), tuple(unused))


def shown(cell: Cell) -> str:
    """Its text in one line, whether or not it can be trusted."""
    return one_line(cell if isinstance(cell, str) else cell[1])


def _bare(heading: str) -> str:
    return plain(heading).replace(" ", "").rstrip("*").lower()


def checked(
    table: type[Table], desk: TableDesk, heads: Heads, sheet: Sheet
) -> Iterator[list[ReadRow]]:
    """Every row that is not a heading and not the sample, some at a time."""
    readers = _readers(table, desk)
    met: dict[object, int] = {}
    lines = (line for line in islice(sheet.lines(), 1, None) if not is_sample(line))
    while some := [_read(heads, readers, line) for line in islice(lines, SOME)]:
        rows = [row for row in some if any(row.cells)]
        desk.prepare([row.values for row in rows if not row.said])
        for row in rows:
            if not row.said:
                _compare(table, desk, row, met)
        yield rows


def is_sample(line: SheetLine) -> bool:
    first = next((cell for cell in line.cells if cell), "")
    return isinstance(first, str) and plain(first) == SAMPLE


def _readers(table: type[Table], desk: TableDesk) -> dict[str, Column]:
    """The columns, with the readers of this desk in them."""
    columns = {column.key: column for column in table.columns}
    for key, read in desk.readers().items():
        columns[key] = replace(columns[key], read=read)
    return columns


def _read(heads: Heads, columns: Mapping[str, Column], line: SheetLine) -> ReadRow:
    cells = line.cells
    row = ReadRow(line.number, [], hidden=line.hidden)
    for key, cell in zip_longest(heads.keys, cells[: len(heads.keys)], fillvalue=""):
        if not key:
            continue
        row.cells.append(shown(cell))
        column = columns[key]
        if column.told:
            continue
        try:
            text = text_of(cell)
            if text:
                row.values[key] = read_text(column, text)
        except Refusal as refusal:
            row.said[key] = refused(refusal, you=False)
    return row


def read_text(column: Column, text: str) -> Any:
    """Raises CellRefused, and what a reader of the domain raises."""
    if column.empties and plain(text) in NONE:
        return None
    return column.read(text)


def values_of_cells(
    table: type[Table], desk: TableDesk, keys: Sequence[str], cells: Sequence[str]
) -> dict[str, Any]:
    """The same values once more, from the texts that were staged. Raises RowRefused."""
    columns = _readers(table, desk)
    lines = SheetLine(0, tuple(cells))
    row = _read(Heads(tuple(keys), ()), columns, lines)
    if row.said:
        raise wrong(**{key: CellRefused(why="said", text=text) for key, text in row.said.items()})
    return row.values


def _compare(table: type[Table], desk: TableDesk, row: ReadRow, met: dict[object, int]) -> None:
    try:
        row.plan = desk.plan(row.values)
        _refuse_twice(table, row, met)
    except Refusal as refusal:
        row.said = sentences(refusal)


def _refuse_twice(table: type[Table], row: ReadRow, met: dict[object, int]) -> None:
    """Two rows about one: the second is refused, and names the first."""
    assert row.plan is not None
    about: object = row.plan.target or table.identity(row.values)
    if about in met:
        raise wrong(**{table.key: CellRefused(why="twice", row=met[about])})
    met[about] = row.number


def sentences(refusal: Refusal) -> dict[str, str]:
    """What a refusal says, by column; "" of the whole row."""
    if isinstance(refusal, RowRefused):
        return {key: said(one, you=False) for key, one in refusal.facts["cells"].items()}
    return {"": refused(refusal, you=False)}


def packed(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str | bytes | None) -> Any:
    return json.loads(text or "{}")
