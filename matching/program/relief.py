"""What people who stand by take from the fear of holes, as columns and rows: the linear face of
`matching.rules.expected`.

A shift that needs one person has a column for what it fears, above the lines of `matching.chances`.
On others whoever is asked costs what she may leave empty; for every number of people beyond the
need a marked column says whether so many are asked, and a column beside it gives back what they are
worth, below the lines. Where there can be no more people than needed there are none.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from matching.arrays.columns import Columns
from matching.arrays.places import most_asked
from matching.arrays.rows import Floats, Ints, Term
from matching.chances import (
    CENT,
    FINEST,
    FURTHER,
    SURE,
    alone_lines,
    lengths,
    price_of,
    relief_lines,
)
from matching.program.objective import Objective


def expected(o: Objective) -> None:
    """The whole of it."""
    c = o.columns
    price = np.array([price_of(c.problem, s, h) for s, h in c.shifts], np.int64)
    absent = absences(c)
    each = -(-price[c.x_shift] * absent // CENT)
    most = np.minimum(most_asked(c), np.bincount(c.x_shift, minlength=len(price)))
    one = (price > 0) & (c.min == 1) & (most > 0)
    several = (price > 0) & (c.min > 1)
    o.charge(c.x[several[c.x_shift]], each[several[c.x_shift]])
    unsure = np.bincount(c.x_shift, absent, len(price)) > 0
    for kind, which in ((OfOne, one & unsure), (OfSeveral, several & unsure & (most > c.min))):
        if which.any():
            shifts = np.flatnonzero(which)
            kind(o, shifts, price[shifts], most[shifts]).add(absent)


def absences(c: Columns) -> Ints:
    """In per cent, of every assignment."""
    people = c.problem.volunteers
    chances = np.array([v.asks for v in people], float)[c.x_volunteer]
    named = [(v.id, h, p) for v in people if v.asks_of for h, p in v.asks_of.items()]
    if named:
        column = c.assignments([(v, h) for v, h, _ in named])
        known = column >= 0
        chances[column[known]] = np.array([p for _, _, p in named])[known]
    return CENT - np.floor(CENT * chances + 1e-9).astype(np.int64)


@dataclass
class Relief(ABC):
    """Some shifts, what an empty place costs in each, and how many people each may have."""

    o: Objective
    shifts: Ints
    price: Ints
    most: Ints

    @property
    def need(self) -> Ints:
        return self.o.columns.min[self.shifts]

    @abstractmethod
    def add(self, absent: Ints) -> None:
        """The columns and rows, from what each assignment's absence is."""

    def levels(self, further: int) -> tuple[Ints, Ints, Ints]:
        """A marked column for each number of people beyond the need, the last one also for more:
        whose it is, how many, the column."""
        o = self.o
        c = o.columns
        need = self.need
        number = np.arange(len(need))
        steps = np.minimum(self.most - need, further)
        owner = np.repeat(number, steps)
        step = np.arange(len(owner)) - np.repeat(np.cumsum(steps) - steps, steps) + 1
        marked = o.add(np.zeros(len(owner)), 1, whole=True)
        people = self.people(np.ones(len(c.x)))
        up_to = np.where(step == steps[owner], (self.most - need)[owner], step)
        o.row(len(need), [people, (owner, marked, -up_to)], high=need)
        o.row(len(need), [people, (owner, marked, -(need[owner] + step))], low=0)
        # Without this the relaxation would ask two halves of people and call them a pair.
        short = o.short_of[self.shifts]
        lacks = short >= 0
        missing: Term = (number[lacks], o.short.columns[short[lacks]], 1)
        opening = c.open[c.shift_session[self.shifts]]
        held: Term = (number[~lacks], opening[~lacks], -need[~lacks])
        low = np.where(lacks, need, 0)
        o.row(len(need), [people, (owner, marked, -step), missing, held], low=low)
        return owner, step, marked

    def people(self, weight: Ints | Floats) -> Term:
        """The people of each shift, each times her weight, as a term of its row."""
        c = self.o.columns
        place = np.full(len(c.shifts), -1)
        place[self.shifts] = np.arange(len(self.shifts))
        mine = place[c.x_shift] >= 0
        return (place[c.x_shift[mine]], c.x[mine], weight[mine])

    def sum(self, weight: Ints, most: Ints) -> Ints:
        """A column for each shift that is the sum of its people's weights."""
        total = self.o.add(np.zeros(len(self.shifts)), most)
        number = np.arange(len(total))
        self.o.row(len(total), [self.people(weight), (number, total, -1)], low=0, high=0)
        return total


class OfSeveral(Relief):
    """Shifts that need several people: the sum of absences says how many stay away."""

    def add(self, absent: Ints) -> None:
        o = self.o
        away = self.sum(absent, CENT * self.most)
        owner, step, marked = self.levels(FURTHER)
        price = self.price[owner]
        relief = o.add(np.full(len(owner), -1), price * step)
        number = np.arange(len(owner))
        o.row(len(owner), [(number, relief, 1), (number, marked, -price * step)], high=0)
        keys = zip(self.need[owner].tolist(), step.tolist(), price.tolist(), strict=True)
        slope, begin = np.array([relief_lines(*key) for key in keys]).transpose(2, 1, 0)
        row = np.arange(slope.size).reshape(slope.shape)
        lines: list[Term] = [(row, relief, 1), (row, away[owner], -slope), (row, marked, -begin)]
        o.row(row.size, lines, high=0)


class OfOne(Relief):
    """Shifts that need one person: all must stay away, and the lengths of their absences add up."""

    def add(self, absent: Ints) -> None:
        o = self.o
        c = o.columns
        price = np.zeros(len(c.shifts), np.int64)
        price[self.shifts] = self.price
        full = price[c.x_shift]
        along = self.sum(self._lengths(full, absent), SURE * FINEST * self.most)
        fear = o.add(np.ones(len(along)), self.price)
        opening = c.open[c.shift_session[self.shifts]]
        number = np.arange(len(fear))
        # Half of one person and half of another are no two people of the mean of their lengths.
        comes = self.people(full - -(-full * absent // CENT))
        held: Term = (number, opening, -self.price)
        o.row(len(fear), [(number, fear, 1), comes, held], low=0)
        for one in np.unique(self.price).tolist():
            which = self.price == one
            slope, begin = (column[:, None] for column in np.array(alone_lines(one)).T)
            row = np.arange(len(slope) * which.sum()).reshape(len(slope), -1)
            lines: list[Term] = [(row, fear[which], 1), (row, along[which], slope)]
            o.row(row.size, [*lines, (row, opening[which], -begin)], low=0)
        self._unless_nobody_is_asked()

    def _lengths(self, price: Ints, absent: Ints) -> Ints:
        """Of every assignment of these shifts."""
        length = np.zeros(len(price), np.int64)
        for one in np.unique(self.price).tolist():
            theirs = price == one
            length[theirs] = np.array(lengths(one))[absent[theirs]]
        return length

    def _unless_nobody_is_asked(self) -> None:
        """Where nobody is asked for a required place, it is missing on paper: the price of that is
        in the fear already. The column of those missing says so, no more and no less."""
        o = self.o
        mine = o.short_of[self.shifts]
        lacks = np.flatnonzero(mine >= 0)
        o.short.price[mine[lacks]] -= self.price[lacks]
        o.short.whole[mine[lacks]] = True
        people = self.people(np.ones(len(o.columns.x)))
        missing: Term = (lacks, o.short.columns[mine[lacks]], self.most[lacks])
        high = np.where(mine >= 0, self.most, np.inf)
        o.row(len(mine), [people, missing], high=high)
