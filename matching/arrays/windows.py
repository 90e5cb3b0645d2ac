"""Limits over windows of days or weeks as arrays: which columns count in which window, and how much
of it is used up beside the plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from matching.agreements import Limit, Which
from matching.arrays.columns import Columns
from matching.arrays.marks import Marked
from matching.arrays.people import Mask
from matching.arrays.rows import Ints, Rows, Term, block, numbered
from matching.problem import Volunteer
from matching.rules.counting import SATURDAY, amounts, beside, inside

Limits = Callable[[Volunteer], Iterable[Limit]]


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows of one limit, numbered: the columns that count in them with their weights, and what
    is used up of each beside the plan."""

    size: int
    number: Ints
    columns: Ints
    weight: Ints
    used: Ints

    @property
    def term(self) -> Term:
        """What the plan gives, as a term of one row a window."""
        return (self.number, self.columns, self.weight)

    @property
    def most(self) -> Ints:
        """The most that the plan could give in each."""
        return np.bincount(self.number, self.weight, self.size).astype(np.int64)


def at_most(c: Columns, limits: Limits) -> Iterator[Rows]:
    """Rows that keep everybody within her hard limits."""
    for limit, owners in owners_of(c, c.problem.agreeing, limits).items():
        if limit.max is not None and limit.price is None:
            windows = windows_of(c, limit, owners, decisive=True)
            left = np.maximum(limit.max - windows.used, 0)
            yield block(windows.size, [windows.term], high=left).only(windows.most > left)


def owners_of(c: Columns, people: Iterable[Volunteer], limits: Limits) -> dict[Limit, list[int]]:
    """Each distinct limit of these people, and the numbers of those who have it."""
    found: defaultdict[Limit, list[int]] = defaultdict(list)
    for v in people:
        for limit in dict.fromkeys(limits(v)):
            found[limit].append(c.volunteers.index[v.id])
    return found


def windows_of(c: Columns, limit: Limit, owners: list[int], decisive: bool = False) -> Windows:
    """Every window that holds a column of theirs; with `decisive`, only those that begin with
    something of theirs: any other holds no more than one of these."""
    columns, owner, when, weight = _items(c, limit, owners)
    entry, first = _spread(limit, when)
    other = _beside(c, limit, owners)
    if decisive and limit.window is not None and limit.rolling:
        begins = np.union1d(_code(owner, when), _code(other[0], other[1]))
        keep = np.isin(_code(owner[entry], first), begins)
        entry = entry[keep]
        first = first[keep]
    size, number, (who, begin) = numbered([owner[entry], first])
    return Windows(size, number, columns[entry], weight[entry], _used(limit, who, begin, other))


def all_windows_of(c: Columns, limit: Limit, owners: list[int]) -> Windows:
    """Every window of theirs inside the problem, also one that holds no column."""
    columns, owner, when, weight = _items(c, limit, owners)
    entry, first = _spread(limit, when)
    begins = inside(limit, c.problem)
    keep = (first >= begins.start) & (first < begins.stop)
    entry = entry[keep]
    first = first[keep]
    place = np.zeros(c.volunteers.size, np.int64)
    place[owners] = np.arange(len(owners))
    number = place[owner[entry]] * len(begins) + first // begins.step
    who = np.repeat(np.array(owners, np.int64), len(begins))
    begin = np.tile(np.array(begins, np.int64), len(owners))
    used = _used(limit, who, begin, _beside(c, limit, owners))
    return Windows(len(who), number, columns[entry], weight[entry], used)


def day_marks(c: Columns, unit: str, who: dict[Which, list[int]]) -> Iterator[Marked]:
    """A mark for each day, or weekend, of these volunteers with a service of the sort."""
    for which, owners in who.items():
        mine = c.counted(which) & _mask(c, owners)[c.x_volunteer]
        when = c.day
        if unit == "weekends":
            mine &= (c.day % 7 >= SATURDAY)[c.x_session]
            when = c.week
        columns = np.flatnonzero(mine)
        keys = [c.x_volunteer[columns], when[c.x_session[columns]]]
        yield Marked((unit, which), columns, keys)


def _items(c: Columns, limit: Limit, owners: list[int]) -> tuple[Ints, Ints, Ints, Ints]:
    """Columns that count, whose each is, in which day or week, and how much."""
    theirs = _mask(c, owners)
    if limit.unit in ("days", "weekends"):
        group = c.marks.of[limit.unit, limit.which]
        who, when = group.keys
        had = _beside(c, limit, owners)
        keep = theirs[who] & ~np.isin(_code(who, when), _code(had[0], had[1]))
        return group.columns[keep], who[keep], when[keep], np.ones(int(keep.sum()), np.int64)
    columns = np.flatnonzero(c.counted(limit.which) & theirs[c.x_volunteer])
    session = c.x_session[columns]
    weight = np.ones(len(columns), np.int64)
    if limit.unit == "minutes":
        weight = c.end[session] - c.start[session]
    return columns, c.x_volunteer[columns], c.day[session], weight


def _spread(limit: Limit, when: Ints) -> tuple[Ints, Ints]:
    """For each item every window that it counts in: the item's position, and where it begins."""
    position = np.arange(len(when))
    if limit.window is None:
        return position, np.zeros(len(when), np.int64)
    if not limit.rolling:
        return position, when // limit.window * limit.window
    back = np.arange(limit.window)
    return np.repeat(position, limit.window), (when[:, None] - back).ravel()


def _beside(c: Columns, limit: Limit, owners: list[int]) -> tuple[Ints, Ints, Ints]:
    """Whose, when and how much they have beside the plan."""
    rows = [
        (k, when, n)
        for k in owners
        if c.problem.volunteers[k].history or c.problem.volunteers[k].commitments
        for when, n in amounts(limit, beside(c.problem.volunteers[k], limit.which)).items()
    ]
    who, when, much = np.array(rows, np.int64).reshape(-1, 3).T
    return who, when, much


def _used(limit: Limit, who: Ints, begin: Ints, other: tuple[Ints, Ints, Ints]) -> Ints:
    """How much of each window (whose, where it begins) is used up beside the plan."""
    used = np.zeros(len(who), np.int64)
    owner, when, much = other
    if limit.window is None:
        kept = when >= 0
        owner = owner[kept]
        when = when[kept]
        much = much[kept]
    item, first = _spread(limit, when)
    wanted = _code(owner[item], first)
    codes = _code(who, begin)
    order = np.argsort(codes)
    place = np.minimum(np.searchsorted(codes[order], wanted), max(len(codes) - 1, 0))
    found = codes[order][place] == wanted if len(codes) else np.zeros(len(wanted), bool)
    np.add.at(used, order[place[found]], much[item[found]])
    return used


def _mask(c: Columns, owners: list[int]) -> Mask:
    mask = np.zeros(c.volunteers.size, bool)
    mask[owners] = True
    return mask


def _code(who: Ints, when: Ints) -> Ints:
    return np.asarray(who * (1 << 24) + when + (1 << 23), np.int64)
