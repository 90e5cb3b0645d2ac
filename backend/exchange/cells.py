"""What stands in a cell, as people write it in a spreadsheet: full-width digits, 2026年11月23日,
9：30. Whatever can be meant in two ways is refused."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any, TypeAlias

from backend.common import reading
from backend.common.refusal import Refusal
from backend.exchange.reading import Cell

Reader: TypeAlias = Callable[[str], Any]
NONE = ("无", "没有")  # empties a cell; an empty one leaves what is
DAY = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?(?: 00:00)?")
CLOCK = re.compile(r"([0-9]{1,2})[:点时]([0-9]{2})(?::[0-9]{2}|分)?")


class CellRefused(Refusal):
    """A cell that cannot be read.

    Facts: why, a word of CELLS in `backend/words/exchange.py`, and what its sentence is made of.
    """

    code = "cell_refused"


def text_of(cell: Cell) -> str:
    """In one line. Raises CellRefused for a cell that a spreadsheet has spoilt."""
    if isinstance(cell, str):
        return reading.line(cell)
    raise CellRefused(why=cell[0], text=cell[1])


def plain(text: str) -> str:
    """Half width, in one line: what is compared, never what is stored of a name."""
    return reading.line(unicodedata.normalize("NFKC", text))


def day(text: str) -> date:
    found = DAY.fullmatch(plain(text))
    if found is None:
        raise CellRefused(why="day", text=text)
    year, month, number = (int(part) for part in found.groups())
    if not 1 <= month <= 12:
        raise CellRefused(why="month", text=text, n=month)
    known = reading.day(f"{year:04d}-{month:02d}-{number:02d}")
    if known is None:
        raise CellRefused(why="no_day", text=text)
    return known


def clock(text: str) -> time:
    found = CLOCK.fullmatch(plain(text).replace(" ", ""))
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise CellRefused(why="clock", text=text)
    return time(int(found[1]), int(found[2]))


def number(low: int, high: int) -> Reader:
    def read(text: str) -> int:
        found = reading.whole_number(plain(text), low, high)
        if found is None:
            raise CellRefused(why="number", text=text, low=low, high=high)
        return found

    return read


def words(longest: int) -> Reader:
    def read(text: str) -> str:
        found = reading.line(text)
        if len(found) > longest:
            raise CellRefused(why="long", text=text, most=longest)
        return found

    return read


def yes_or_no(text: str) -> bool:
    found = {"是": True, "要": True, "对": True, "Y": True, "否": False, "不": False, "N": False}
    if plain(text).upper() not in found:
        raise CellRefused(why="yes_or_no", text=text)
    return found[plain(text).upper()]


def choice(meant: Mapping[str, Any]) -> Reader:
    """One of these words."""

    def read(text: str) -> Any:
        if plain(text) not in meant:
            raise CellRefused(why="choice", text=text, names="、".join(meant))
        return meant[plain(text)]

    return read


class Named:
    """Rows of ours by what they are called: `long` tells them apart as well as can be, `short` will
    do where it means one alone. Two with the same long name are told apart by their keys."""

    def __init__(self, long: Mapping[Any, str], short: Mapping[Any, str] | None = None) -> None:
        self.long = long
        self.meant: dict[str, set[Any]] = defaultdict(set)
        self.called: dict[str, set[Any]] = defaultdict(set)
        for key, name in long.items():
            self.called[plain(name)].add(key)
        for names in (long, short or {}):
            for key, name in names.items():
                self.meant[plain(name)].add(key)

    def said(self, key: Any) -> str:
        name = self.long[key]
        return name if len(self.called[plain(name)]) == 1 else f"{name} #{key}"

    def find(self, text: str) -> Any:
        """Raises CellRefused: unknown, or means several."""
        found = self.called.get(plain(text), set())
        if len(found) != 1:
            found = self.meant.get(plain(text), set())
        if not found:
            name, _mark, key = plain(text).rpartition(" #")
            found = {one for one in self.called.get(name, set()) if str(one) == key}
        if not found:
            raise CellRefused(why="unknown", text=text)
        if len(found) > 1:
            names = sorted(self.said(one) for one in found)
            raise CellRefused(why="several", text=text, n=len(found), names="、".join(names[:3]))
        return next(iter(found))
