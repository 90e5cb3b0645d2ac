"""Columns that say whether any of a group of assignments is taken: a day on which she serves, a
weekend, a stretch of rest that is broken.

They stand behind the candidates, and their value follows from them: 1 if one of the group is taken,
0 if none is. A rule's rows speak either of candidates or of marks; what ties the two is here alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matching.arrays.rows import Floats, Ints, Rows, block, numbered, stack

if TYPE_CHECKING:
    from matching.arrays.columns import Columns


@dataclass(frozen=True, slots=True)
class Marked:
    """Assignment columns, grouped by equal keys, each group to get one mark; `name` finds them."""

    name: Hashable
    columns: Ints
    keys: Sequence[Ints]


@dataclass(frozen=True, slots=True)
class MarkGroup:
    """The marks of one name: their columns, and the keys of each."""

    columns: Ints
    keys: list[Ints]


Wanted = Callable[["Columns"], Iterable[Marked]]


class Marks:
    """All marks of a problem, and which assignments each stands for."""

    begin: int
    size: int

    def __init__(self, c: Columns, wanted: Sequence[Wanted]) -> None:
        self.begin = c.size
        self.size = 0
        self.of: dict[Hashable, MarkGroup] = {}
        nothing = np.zeros(0, np.int64)
        member = [nothing]
        column = [nothing]
        for marked in (one for asks in wanted for one in asks(c)):
            size, number, keys = numbered(marked.keys)
            first = self.begin + self.size
            self.of[marked.name] = MarkGroup(first + np.arange(size), keys)
            member.append(first + number)
            column.append(marked.columns)
            self.size += size
        self.member = np.concatenate(member)
        self.column = np.concatenate(column)

    @property
    def end(self) -> int:
        """The number of the first column behind them."""
        return self.begin + self.size

    def rows(self) -> Rows:
        """What ties them: each at least every one of its assignments, and at most their sum."""
        number = np.arange(len(self.column))
        each = block(len(number), [(number, self.column, 1.0), (number, self.member, -1.0)], high=0)
        mark = np.arange(self.size)
        none = block(
            self.size,
            [(mark, self.begin + mark, 1.0), (self.member - self.begin, self.column, -1.0)],
            high=0,
        )
        return stack([each, none])

    def fill(self, values: Floats) -> None:
        """Set the marks of a vector as its assignments say."""
        values[self.begin : self.end] = 0
        np.maximum.at(values, self.member, values[self.column])
