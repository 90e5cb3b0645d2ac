"""Tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from backend.web.components.base import Component


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column; href sorts by it, sorted says how it is sorted now."""

    label: str
    number: bool = False
    href: str = ""
    sorted: Literal["", "ascending", "descending"] = ""


@dataclass(frozen=True, kw_only=True)
class DataTable(Component):
    """A table. A cell is text, or a component that shows itself. The first cell of a row is its
    header."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]
    hide_caption: bool = False

    @property
    def lines(self) -> list[list[tuple[Column, object]]]:
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, kw_only=True)
class StagingRow:
    """One line of an import (number as in the file) and what will happen to it.

    cells: (new value, present value if it differs, what is wrong) in the order of the columns.
    """

    number: int
    state: Literal["added", "changed", "skipped", "error"]
    cells: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, kw_only=True)
class StagingTable(Component):
    """An import before it counts: every row says what will happen, every wrong cell says why."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[StagingRow]
