"""The cost as linear terms over columns: the same parts as `matching.cost`, for the solver.

Most parts are a price per column. Four bend, and take columns of their own behind the candidates:

short       people missing below `min`, one column per required shift
load        the second, third … assignment of a volunteer costs more: one column per further step
unserved    the first session a request gets is worth more than the next: one column per better-paid
step
continuity  one column per meeting of a known family and volunteer

They need no whole-number mark of their own: at the best cost they follow from the assignments, as
long as prices rise. Where weights are given that fall (a second session worth more than the first),
marked columns keep the order.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from matching.arrays.columns import Columns
from matching.arrays.people import Mask
from matching.arrays.places import most_asked
from matching.arrays.rows import Floats, Ints, Rows, Term, block


@dataclass(frozen=True, slots=True)
class Extra:
    """Columns that the objective has added, with prices and marks that a goal may change."""

    columns: Ints
    price: Floats
    whole: Mask


@dataclass
class Objective:
    """The price of every column, what a plan costs before any (`offset`), the further columns and
    the rows that tie them; `short` are the columns of the people missing on shifts, `short_of` says
    which of them is a shift's, -1 where none is."""

    columns: Columns
    size: int = 0
    short: Extra = field(init=False)
    short_of: Ints = field(init=False)
    offset: int = 0
    price: list[Floats] = field(default_factory=list)
    high: list[Floats] = field(default_factory=list)
    whole: list[np.ndarray] = field(default_factory=list)
    rows: list[Rows] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.size = self.columns.marks.end
        self.short_of = np.full(len(self.columns.shifts), -1)
        self._prices()
        self._short()
        self._load()
        self._unserved()
        self._continuity()

    def add(self, price: ArrayLike, high: ArrayLike, whole: bool = False) -> Ints:
        """New columns from 0 to `high`; returns their numbers."""
        price = np.asarray(price, float)
        self.price.append(price)
        self.high.append(np.broadcast_to(np.asarray(high, float), price.shape))
        self.whole.append(np.full(price.shape, whole))
        self.size += len(price)
        return np.arange(self.size - len(price), self.size)

    def row(
        self, size: int, terms: list[Term], low: ArrayLike = -np.inf, high: ArrayLike = np.inf
    ) -> None:
        self.rows.append(block(size, terms, low, high))

    def charge(self, x: Ints, price: Floats | Ints | int) -> None:
        """Add to the price of assignments, each of them named once."""
        self.price[0][x] += price

    def _prices(self) -> None:
        """What each assignment, seat and opening costs by itself."""
        c = self.columns
        w = self.columns.problem.weights
        x = w.travel * c.x_minutes + w.wish * (3 - c.x_liking) - w.target
        if not w.load_minutes:
            x += w.load * c.volunteers.load_before[c.x_volunteer]
        y = w.travel * c.y_minutes + c.y_choice
        # Every place up to target is paid for when the session opens; whoever comes gives `target`
        # back.
        places = w.target * np.bincount(c.shift_session, c.target, len(c.sessions))
        told = c.problem.current
        if told:
            assignments = set(told.assignments)
            seats = set(told.seats)
            self.offset += w.change * len(assignments) + w.seat_gone * len(seats)
            kept = c.assignments(assignments)
            seated = c.seats(seats)
            x[kept[kept >= 0]] -= w.change
            y[seated[seated >= 0] - len(c.x)] -= w.seat_gone
        self.price += [
            x.astype(float),
            y.astype(float),
            (places + np.where(c.required, 0, w.open)).astype(float),
            np.zeros(c.marks.size),
        ]

    def _short(self) -> None:
        c = self.columns
        w = self.columns.problem.weights
        shifts = np.flatnonzero(c.required[c.shift_session] & (c.min > 0))
        most = most_asked(c)[shifts]
        number = np.arange(len(shifts))
        place = np.full(len(c.shifts), -1)
        place[shifts] = number
        mine = place[c.x_shift] >= 0
        people: Term = (place[c.x_shift[mine]], c.x[mine], 1)
        dear = w.short * c.priority[c.shift_session[shifts]] - w.target
        short = self.add(dear, c.min[shifts])
        self.short_of[shifts] = np.arange(len(short))
        self.short = Extra(short, self.price[-1], self.whole[-1])
        self.row(len(shifts), [people, (number, short, 1)], low=c.min[shifts])
        if (
            dear < 0
        ).any():  # missing people would rather be called short: only below `min` may they be
            below = self.add(np.zeros(len(shifts)), 1, whole=True)
            self.row(len(shifts), [(number, short, 1), (number, below, -c.min[shifts])], high=0)
            spare = most - c.min[shifts]
            self.row(
                len(shifts),
                [people, (number, short, 1), (number, below, spare)],
                high=most,
            )

    def _load(self) -> None:
        c = self.columns
        w = self.columns.problem.weights
        if not w.load:
            return
        most = _most_assignments(c)
        if w.load_minutes:
            self._load_of_minutes(most, w.load_minutes)
            return
        self.rising(c.x, w.load, most)

    def rising(self, x: Ints, price: int, most: Ints) -> None:
        """A volunteer's second, third … of these assignments costs once, twice … the price; she has
        at most so many."""
        c = self.columns
        after_first = np.maximum(most - 1, 0)  # how many more than one each could have
        owner = np.repeat(np.arange(len(most)), after_first)
        begins = np.cumsum(after_first) - after_first
        step = np.arange(len(owner)) - np.repeat(begins, after_first) + 1
        further = self.add(price * step, 1)
        several = np.flatnonzero(most > 1)
        place = np.full(len(most), -1)
        place[several] = np.arange(len(several))
        mine = x[place[c.x_volunteer[x]] >= 0]
        self.row(
            len(several),
            [(place[c.x_volunteer[mine]], mine, 1), (place[owner], further, -1)],
            high=1,
        )

    def _load_of_minutes(self, most: Ints, unit: int) -> None:
        """The same for every `unit` minutes begun; a marked column each, because a unit that is
        begun counts whole."""
        c = self.columns
        w = self.columns.problem.weights
        minutes = np.where(c.timed, c.end - c.start, unit)[c.x_session]
        longest = np.zeros(len(most), np.int64)
        np.maximum.at(longest, c.x_volunteer, minutes)
        units = -(-(most * longest) // unit)
        owner = np.repeat(np.arange(len(most)), units)
        step = np.arange(len(owner)) - np.repeat(np.cumsum(units) - units, units)
        begun = self.add(w.load * (c.volunteers.load_before[owner] + step), 1, whole=True)
        self.row(len(most), [(c.x_volunteer, c.x, minutes), (owner, begun, -unit)], high=0)

    def _unserved(self) -> None:
        c = self.columns
        w = self.columns.problem.weights
        y = self.price[1]
        for wants in np.unique(c.families.wants).tolist():
            gains = [
                w.serve[min(k, len(w.serve) - 1)]
                for k in range(min(wants, 1 + int(np.bincount(c.y_request).max(initial=0))))
            ]
            asks = np.flatnonzero(c.families.wants == wants)
            self.offset += sum(w.serve[min(k, len(w.serve) - 1)] for k in range(wants)) * int(
                c.families.priority[asks].sum()
            )
            if gains:
                self._gains(asks, gains, y)

    def _gains(self, asks: Ints, gains: list[int], y: Floats) -> None:
        """The k-th session a request gets saves priority × gains[k]: the least gain on every seat,
        the rest on steps."""
        c = self.columns
        # Falling gains keep their own order: a solver takes the better step first. Where a later
        # one is worth more it would be taken first, by a family that has one session alone.
        falling = all(a >= b for a, b in itertools.pairwise(gains))
        base = gains[-1] if falling else 0
        place = np.full(c.families.size, -1)
        place[asks] = np.arange(len(asks))
        mine = place[c.y_request] >= 0
        y[mine] -= base * c.families.priority[c.y_request[mine]]
        extra = [k for k, gain in enumerate(gains) if gain > base or not falling]
        steps = [
            self.add(-(gains[k] - base) * c.families.priority[asks], 1, whole=not falling)
            for k in extra
        ]
        number = np.arange(len(asks))
        if steps:
            self.row(
                len(asks),
                [(place[c.y_request[mine]], c.y[mine], 1), *((number, step, -1) for step in steps)],
                low=0,
            )
        if not falling:
            for better, later in itertools.pairwise(steps):
                self.row(len(asks), [(number, better, 1), (number, later, -1)], low=0)

    def _continuity(self) -> None:
        c = self.columns
        w = self.columns.problem.weights
        meetings = list(_meetings(c)) if w.know else []
        worth = [w.know * strength for strength, _, _ in meetings]
        meet = self.add(np.negative(worth), 1)
        number = np.arange(len(meetings))
        for side in ([hers for _, hers, _ in meetings], [theirs for _, _, theirs in meetings]):
            row = [k for k, columns in enumerate(side) for _ in columns]
            column = [column for columns in side for column in columns]
            self.row(len(meetings), [(row, column, 1), (number, meet, -1)], low=0)


def _meetings(c: Columns) -> Iterator[tuple[int, list[int], list[int]]]:
    """(strength, her columns, the family's columns) of every session in which a known family and
    volunteer could meet."""
    strengths: dict[tuple[str, str], int] = {}
    for family, volunteer, strength in c.problem.knows:
        strengths[family, volunteer] = strengths.get((family, volunteer), 0) + strength
    for (family, volunteer), strength in strengths.items():
        hers = c.by_volunteer.get(volunteer, {})
        theirs = c.by_family.get(family, {})
        if strength:
            yield from ((strength, hers[s], theirs[s]) for s in sorted(hers.keys() & theirs.keys()))


def _most_assignments(c: Columns) -> Ints:
    """An upper limit on the assignments of each volunteer, from her limits and her candidates."""
    her = c.volunteers
    timed = c.x_timed
    endless = c.x_endless
    weeks = int(c.week.max(initial=0)) + 1
    weekly = np.bincount(
        c.x_volunteer[timed] * weeks + c.week[c.x_session[timed]], minlength=her.size * weeks
    ).reshape(her.size, weeks)
    everyone = np.arange(her.size)
    left = her.left_of_week(everyone[:, None], np.arange(weeks))
    by_time = np.minimum(np.minimum(weekly, left).sum(axis=1), her.max_total)
    return by_time + np.minimum(
        np.bincount(c.x_volunteer[endless], minlength=her.size), her.open_left
    )
