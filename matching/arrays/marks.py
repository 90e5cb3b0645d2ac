"""Columns that say whether any of a group of assignments is taken: a day on which she serves, a
weekend, a stretch of rest that is broken; or whether two are: a volunteer and a family who meet.

They stand behind the candidates, and their value follows from them: 1 if so many of the group are
taken, else 0. A rule's rows speak either of candidates or of marks; what ties them is here alone.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from matching.arrays.rows import Floats, Ints, Rows, Term, block, numbered, stack


@dataclass(frozen=True, slots=True)
class Marked:
    """Candidate columns, grouped by equal keys, each group to get one mark, which is 1 if at least
    `need` of them are taken; `name` finds them."""

    name: Hashable
    columns: Ints
    keys: Sequence[Ints]
    need: int = 1


@dataclass(frozen=True, slots=True)
class MarkGroup:
    """The marks of one name: their columns, and the keys of each."""

    columns: Ints
    keys: list[Ints]


class Marks:
    """All marks of a problem, from column `begin` on, and which assignments each stands for."""

    begin: int
    size: int

    def __init__(self, begin: int, wanted: Sequence[Marked]) -> None:
        self.begin = begin
        self.size = 0
        self.of: dict[Hashable, MarkGroup] = {}
        nothing = np.zeros(0, np.int64)
        member = [nothing]
        column = [nothing]
        need = [nothing]
        for marked in wanted:
            size, number, keys = numbered(marked.keys)
            first = self.begin + self.size
            self.of[marked.name] = MarkGroup(first + np.arange(size), keys)
            member.append(first + number)
            column.append(marked.columns)
            need.append(np.full(size, marked.need))
            self.size += size
        self.member = np.concatenate(member)
        self.column = np.concatenate(column)
        self.need = np.concatenate(need)

    @property
    def end(self) -> int:
        """The number of the first column behind them."""
        return self.begin + self.size

    def rows(self) -> Rows:
        """What ties them: where one is enough, each at least every one of its columns; where it
        takes two, at least their sum less one; and always at most their share."""
        mark = np.arange(self.size)
        group = self.member - self.begin
        one = self.need[group] == 1
        number = np.arange(int(one.sum()))
        each = block(
            len(number),
            [(number, self.column[one], 1.0), (number, self.member[one], -1.0)],
            high=0,
        )
        every: Term = (group, self.column, 1.0)
        both = block(self.size, [every, (mark, self.begin + mark, -1.0)], high=self.need - 1)
        share: Term = (mark, self.begin + mark, self.need)
        none = block(self.size, [share, (group, self.column, -1.0)], high=0)
        return stack([each, both.only(self.need > 1), none])

    def fill(self, values: Floats) -> None:
        """Set the marks of a vector as its candidates say."""
        taken = np.bincount(self.member - self.begin, values[self.column], self.size)
        values[self.begin : self.end] = taken > self.need - 0.5
