"""What a spreadsheet of ours is made of: columns as data, and a desk that compares its rows with
what stands in the database and writes them.

One table has one file in `tables/`. Headings and samples are part of the file's form and are not
translated: a file that was made in one language is read in every other.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.utils.functional import Promise

from backend.accounts.models import User
from backend.common.refusal import Refusal
from backend.exchange.cells import CellRefused, Reader, plain
from backend.exchange.models import ImportRow, Outcome
from backend.rota.models import Rota


class RowMoved(Refusal):
    """What the row is about is otherwise now than when the file was compared with it."""

    code = "row_moved"


class RowRefused(Refusal):
    """What is wrong in which columns. Facts: cells, column → code and facts of its refusal; looked,
    the volunteers whom it names, where that is told by what is sealed."""

    code = "row_refused"


@dataclass(frozen=True, kw_only=True)
class Column:
    """`needed`: a new row must have it; `also`: other headings by which it is known; `told`: it is
    in an export to be read by people, and nothing is taken from it; `empties`: 无 takes away what
    stands there."""

    key: str
    heading: str
    read: Reader = plain
    needed: bool = False
    also: tuple[str, ...] = ()
    told: bool = False
    empties: bool = False
    sample: str = ""
    wide: int = 12


Values = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class RowPlan:
    """What would become of a row; `was`: of the columns that change, what stands there now."""

    outcome: Outcome
    target: int | None = None
    expects: str = ""
    was: Mapping[str, str] = field(default_factory=dict)
    touches: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """For whom and when a table is read or written; `rota`: of which the sessions are; `full`:
    telephones are not masked; `under`: nobody but the people below this organisation path."""

    user: User
    now: datetime
    rota: Rota | None = None
    full: bool = False
    under: str = ""


class TableDesk(ABC):
    """One table's rows, compared and written for one person: nothing that she could not do on a
    page."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.looked: list[int] = []  # volunteers whose sealed data a row was compared with

    def readers(self) -> Mapping[str, Reader]:
        """Readers of columns whose words are rows of the database."""
        return {}

    def prepare(self, rows: Sequence[Values]) -> None:
        """Read what these rows are about, with a constant number of statements; by default all was
        read at the beginning."""
        return None

    @abstractmethod
    def plan(self, values: Values) -> RowPlan:
        """What would become of it. Nothing is changed. Raises RowRefused and what the operation
        raises that would write it."""

    def weigh(self, values: Values) -> None:
        """Before a new row is written, and kept whatever becomes of it: whether she has tried too
        much. Raises RowRefused."""
        return None

    @abstractmethod
    def write(self, row: ImportRow, values: Values) -> int:
        """Write it in an operation, if everything is as it was when it was compared; the key of the
        row of ours. Raises RowMoved, RowRefused, and what the operation raises."""

    @abstractmethod
    def export(self) -> Iterator[dict[str, str]]:
        """All rows that she sees, as texts by column."""


class Table(ABC):
    """`key`: the column by which a row is known again; `of_rota`: it is of one rota; `personal`: it
    is about people, so that an export is written down; `promise`: what she confirms beside the
    rows."""

    code: ClassVar[str]
    name: ClassVar[str | Promise]
    key: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    desk: ClassVar[type[TableDesk]]
    of_rota: ClassVar[bool] = False
    personal: ClassVar[bool] = True
    masks: ClassVar[bool] = False  # telephones, unless they are asked for in full
    promise: ClassVar[str | Promise] = ""
    explained: ClassVar[str | Promise] = ""
    lists: ClassVar[Mapping[str, tuple[str, ...]]] = {}  # column → what may be chosen there

    @classmethod
    def column(cls, key: str) -> Column:
        return next(column for column in cls.columns if column.key == key)

    @classmethod
    def headings(cls) -> list[str]:
        return [column.heading for column in cls.columns]

    @classmethod
    def identity(cls, values: Values) -> object:
        """What tells a new row from another; two of one file with the same are one too many."""
        return tuple(sorted((key, str(value)) for key, value in values.items()))

    @classmethod
    def choices(cls, context: Context) -> Mapping[str, Sequence[str]]:
        """What may stand in a column of a template, for her. Column → texts."""
        return cls.lists


def wrong(**cells: Refusal) -> RowRefused:
    """What is wrong, by column."""
    return RowRefused(cells={key: refusal.public() for key, refusal in cells.items()})


def needed(table: type[Table], values: Values) -> None:
    """Raises RowRefused where a new row lacks what it needs."""
    empty = {
        column.key: CellRefused(why="empty", what=column.heading)
        for column in table.columns
        if column.needed and values.get(column.key) in (None, "")
    }
    if empty:
        raise wrong(**empty)
