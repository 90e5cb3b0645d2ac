"""The board: rows of people, columns of days, chips for shifts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from backend.web.components.base import Component

ChipState = Literal["new", "published", "warning", "offered", "idle"]


@dataclass(frozen=True, kw_only=True)
class BoardChip(Component):
    """One shift in a cell. state by shape and word: new = dashed, warning = triangle, idle = may
    be left out. title is read out in full."""

    time: str
    place: str
    state: ChipState
    href: str
    title: str = ""
    selected: bool = False

    @property
    def is_warning(self) -> bool:
        return self.state == "warning"

    @property
    def is_new(self) -> bool:
        return self.state == "new"

    @property
    def is_offered(self) -> bool:
        return self.state == "offered"


@dataclass(frozen=True, kw_only=True)
class BoardCell(Component):
    """One person on one day: up to two chips and the rest as a number, or the reason why she is
    away."""

    chips: Sequence[BoardChip] = ()
    away: str = ""
    more_href: str = ""

    @property
    def shown(self) -> Sequence[BoardChip]:
        return self.chips[:2]

    @property
    def more(self) -> int:
        return len(self.chips) - 2

    @property
    def narrow(self) -> bool:
        return len(self.chips) > 1


@dataclass(frozen=True, kw_only=True)
class BoardRow(Component):
    """One person's or place's week. load of limit as in 3 / 8, measure says of what. tone: how the
    bar is drawn, "" by itself: full at the limit. peer: who else is editing this row."""

    name: str
    note: str
    load: float
    limit: float
    cells: Sequence[BoardCell]
    href: str = ""
    peer: str = ""
    selected: bool = False
    measure: str = ""
    tone: Literal["", "ok", "short"] = ""


@dataclass(frozen=True, kw_only=True)
class Coverage(Component):
    """How much of a day is staffed: filled of total shifts."""

    kept = True
    filled: int
    total: int
    label: str = ""

    @property
    def missing(self) -> int:
        return max(0, self.total - self.filled)


@dataclass(frozen=True, kw_only=True)
class Hole:
    """A shift that nobody has yet."""

    when: str
    words: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Board(Component):
    """A whole board as one plain table: days (date, coverage), rows, and what is not placed yet.

    missing: how many sessions lack people in all, when `holes` shows only the first; all_holes:
    address of the whole list.
    """

    caption: str
    row_title: str
    row_note: str
    days: Sequence[tuple[date, Coverage]]
    rows: Sequence[BoardRow]
    holes: Sequence[Hole] = ()
    today: date | None = None
    missing: int = 0
    all_holes: str = ""
