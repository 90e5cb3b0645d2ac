"""Large problems in parts: sessions that lie close together, their columns, and what each part adds
to the bound.

Rows that reach over a border are paid at the relaxation's prices; what is left falls apart, and
each part can be solved alone. The sum of the parts' own lower bounds is a lower bound for the
whole, at least as good as the relaxation's: solving a part exactly lifts it. Parts are plain
programs; any process can solve them.
"""

from __future__ import annotations

import numpy as np

from matching.arrays.columns import Columns
from matching.arrays.rows import Floats, Ints
from matching.program.bound import (
    SCALE,
    dual_bound,
    reduced_costs,
    row_values,
    scaled,
    times,
    total,
)
from matching.program.program import Program

BELT = 0.08  # degrees of latitude, about 9 km: who lives so close to a cut may work on either side
MIDDLE = 0.3  # each side of a cut gets at least this share of the candidates


def neighbours(c: Columns, most: int) -> Ints:
    """A part number for every session, so that a part has about `most` candidates at the most.

    The map is halved again and again, each time where the fewest candidates lie along the cut:
    between towns, not through them. Alternatives of one group stay together, wherever they are.
    """
    groups = {s.alternatives: k for k, s in reversed(list(enumerate(c.sessions))) if s.alternatives}
    leader = np.array(
        [groups[s.alternatives] if s.alternatives else k for k, s in enumerate(c.sessions)],
        np.int64,
    )
    # A degree of longitude is shorter than one of latitude: at 26° north 0.9 of it, and a cut need
    # not know better.
    places = np.array([s.place for s in c.sessions]).reshape(-1, 2) * [1.0, 0.9]
    weight = np.zeros(len(c.sessions))
    own = (
        1
        + np.bincount(c.x_session, minlength=len(c.sessions))
        + np.bincount(c.y_session, minlength=len(c.sessions))
    )
    np.add.at(weight, leader, own)
    label = np.zeros(len(c.sessions), np.int64)
    todo = [np.unique(leader)]
    count = 0
    while todo:
        mine = todo.pop()
        if weight[mine].sum() <= most or len(mine) < 2:
            label[mine] = count
            count += 1
        else:
            todo += _halves(mine, places, weight)
    return label[leader]


def _halves(mine: Ints, places: Floats, weight: Floats) -> list[Ints]:
    """Cut across the axis and at the place where the least weight lies within BELT of the cut, not
    too far from the middle."""
    best: tuple[float, list[Ints]] | None = None
    for axis in (0, 1):
        order = mine[np.argsort(places[mine, axis], kind="stable")]
        line = places[order, axis]
        below = np.concatenate([[0], np.cumsum(weight[order])])
        share = below[1:-1] / below[-1]
        cuts = 1 + np.flatnonzero((share > MIDDLE) & (share < 1 - MIDDLE))
        if not len(cuts):
            cuts = np.array([1 + int(np.argmin(np.abs(share - 0.5)))])
        middle = (line[cuts - 1] + line[cuts]) / 2
        crossing = (
            below[np.searchsorted(line, middle + BELT)]
            - below[np.searchsorted(line, middle - BELT)]
        )
        k = int(np.argmin(crossing))
        if best is None or crossing[k] < best[0]:
            best = (float(crossing[k]), [order[: cuts[k]], order[cuts[k] :]])
    assert best
    return best[1]


class Parts:
    """A program cut along session parts, with the bound that its parts prove together so far."""

    def __init__(
        self, c: Columns, program: Program, label: Ints, values: Floats, duals: Floats
    ) -> None:
        self.program = program
        self.count = int(label.max(initial=0)) + 1
        rows = program.rows
        self.of_column = column_parts(c, program, label, values)
        number = self.of_column[rows.column]
        starts = rows.begin[:-1]
        low = np.minimum.reduceat(number, starts)
        high = np.maximum.reduceat(number, starts)
        self.within = np.where(low == high, low, -1)
        y = scaled(program, duals)
        outer = self.within < 0
        # exact: whole numbers over a power of two
        self._price = np.asarray(reduced_costs(program, np.where(outer, y, 0)) / SCALE, float)
        self._left = reduced_costs(program, y)
        self._worth = times(self._left, np.where(self._left > 0, program.low, program.high))
        self._row_worth = row_values(program, y)
        self._base = program.offset * SCALE + total(self._row_worth) + total(self._worth)
        self._gain = [0] * self.count
        assert -(-self._base // SCALE) == dual_bound(program, y)

    @property
    def bound(self) -> int:
        """The whole number that no plan can cost less than, by all that is proven so far."""
        return -(-(self._base + sum(self._gain)) // SCALE)

    def columns(self, part: int) -> Ints:
        """The columns of a part, ascending."""
        return np.flatnonzero(self.of_column == part)

    def task(self, part: int) -> Program:
        """The part's own program, border rows paid."""
        columns = self.columns(part)
        program = self.program
        mine = Program(self._price, program.low, program.high, program.whole, program.rows, 0)
        return mine.part(columns)[0]

    def learn(self, part: int, bound: float) -> None:
        """Take in a lower bound of a part's task."""
        # What the relaxation's prices had proven of this part is in the sum already.
        share = total(self._worth[self.of_column == part])
        share += total(self._row_worth[self.within == part])
        if np.isfinite(bound):
            self._gain[part] = max(self._gain[part], int(np.floor(bound * SCALE)) - share)


def column_parts(c: Columns, program: Program, label: Ints, values: Floats) -> Ints:
    """Candidates belong to their session's part; a goal's column goes where the weightiest
    candidate of its first row is."""
    part = np.full(program.size, -1)
    part[c.x] = label[c.x_session]
    part[c.y] = label[c.y_session]
    part[c.open] = label
    rows = program.rows
    candidate = rows.column < c.size
    weight = np.where(candidate, values[rows.column], -1.0)
    order = np.lexsort((-weight, rows.row))
    heaviest = part[rows.column[order[rows.begin[:-1]]]] if rows.size else np.zeros(0, np.int64)
    column = rows.column[~candidate]
    row = rows.row[~candidate]
    np.maximum.at(part, column, heaviest[row])
    return np.maximum(part, 0)


def glued(
    program: Program, answers: list[tuple[Ints, Ints, Floats, Floats]]
) -> tuple[Floats, Floats]:
    """One vector of values and one of row prices from relaxations of parts, each (columns, rows,
    values, prices).

    Where a border row has several prices the strongest counts: any prices prove a bound, good ones
    a good bound.
    """
    values = np.zeros(program.size)
    duals = np.zeros(program.rows.size)
    for columns, rows, part_values, part_duals in answers:
        values[columns] = part_values
        stronger = np.abs(part_duals) > np.abs(duals[rows])
        duals[rows[stronger]] = part_duals[stronger]
    return values, duals
