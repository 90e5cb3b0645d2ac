"""A plan from the relaxation: what it wants whole is taken, what it splits as far as the rows
allow, and what is left as the greedy pass would."""

from __future__ import annotations

import numpy as np

from matching.arrays.columns import Columns
from matching.arrays.rows import Floats, Ints
from matching.program.program import Program
from matching.search.greedy import Greedy

WANTED = 0.5  # of a session: it is opened
NOTHING = 1e-6  # what a solver leaves of a column that it does not want


class Rounding(Greedy):
    """Fills columns in the order in which the relaxation wants them."""

    def __init__(self, columns: Columns, program: Program, wanted: Floats) -> None:
        super().__init__(columns, program)
        self.wanted = wanted

    def run(self) -> Floats:
        """Pins, sessions with their people and families as the relaxation has them; then whoever
        is still missing or left over. A session that lacks something in the end stays shut."""
        c = self.c
        self._pins()
        for column in self._in_order(c.open, WANTED):
            if not self.values[column] and self.ledger.fits_above(column):
                self.take(column)
        self._pick_all(c.x)
        self._pick_all(c.y)
        for h in np.flatnonzero(c.required[c.shift_session]).tolist():
            self._fill(h, int(c.min[h]))
        on = self.values[c.open] > 0
        for s in np.flatnonzero(on).tolist():
            self.staff(s, int(c.open[s]))
            self.seat(s)
        # Shut before others are opened: their people are free for those.
        for s in np.flatnonzero(on & ~c.required).tolist():
            if self.ledger.lacks(int(c.open[s])).size:
                self._shut(s)
        for s in np.flatnonzero(self.values[c.open] == 0).tolist():
            self._open(s)
        for h in np.flatnonzero(self.values[c.open][c.shift_session] > 0).tolist():
            self._fill(h, int(c.target[h]), worth=True)
        for s in np.flatnonzero(self.values[c.open] > 0).tolist():
            self.seat(s)
        return self.values

    def _in_order(self, columns: Ints, least: float) -> list[int]:
        """Those that the relaxation wants at least so much, the most wanted first."""
        wanted = columns[self.wanted[columns] > least]
        return wanted[np.argsort(-self.wanted[wanted], kind="stable")].tolist()

    def _pick_all(self, columns: Ints) -> None:
        for column in self._in_order(columns, NOTHING):
            if not self.values[column] and self.ledger.fits(np.array([column]))[0]:
                self.take(column)

    def _shut(self, s: int) -> None:
        """Give back everything of a session, unless somebody is pinned to it."""
        c = self.c
        pinned = c.assignments(c.problem.pins)
        mine = np.concatenate([c.x[c.x_session == s], c.y[c.y_session == s], c.open[s : s + 1]])
        if np.isin(mine, pinned).any():
            return
        for column in mine[self.values[mine] > 0].tolist():
            self.give_back(column)
