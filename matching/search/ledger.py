"""The rows of a program while a plan is made column by column: what may still be added."""

from __future__ import annotations

import numpy as np

from matching.arrays.people import Mask
from matching.arrays.rows import Ints, Rows

SLACK = 1e-6  # activities are sums of floats


class Ledger:
    """Rows with their running activity, looked up by column: what may still be added."""

    def __init__(self, rows: Rows, size: int) -> None:
        order = np.argsort(rows.column, kind="stable")
        self.rows = rows
        self.activity = np.zeros(rows.size)
        self.row = rows.row[order]
        self.coefficient = rows.coefficient[order]
        self.begin = np.searchsorted(rows.column[order], np.arange(size + 1))

    def add(self, column: int, times: float) -> None:
        """Count a column in (1) or out (-1)."""
        mine = slice(self.begin[column], self.begin[column + 1])
        self.activity[self.row[mine]] += times * self.coefficient[mine]

    def fits(self, columns: Ints) -> Mask:
        """True for each column that would, alone, break no row and worsen none that is broken."""
        lengths = self.begin[columns + 1] - self.begin[columns]
        owner = np.repeat(np.arange(len(columns)), lengths)
        first = np.repeat(self.begin[columns] - np.cumsum(lengths) + lengths, lengths)
        at = first + np.arange(len(owner))
        broken = self._above(at) | self._below(at)
        return np.bincount(owner[broken], minlength=len(columns)) == 0

    def fits_above(self, column: int) -> bool:
        """True if the column would break no upper limit; what it then lacks can be added after."""
        return not self._above(np.arange(self.begin[column], self.begin[column + 1])).any()

    def lacks(self, column: int) -> Ints:
        """The rows of a column that are below their lower limit."""
        mine = self.row[self.begin[column] : self.begin[column + 1]]
        return mine[self.activity[mine] < self.rows.low[mine] - SLACK]

    def is_short(self, row: int) -> bool:
        """True while the row is below its lower limit."""
        return bool(self.activity[row] < self.rows.low[row] - SLACK)

    def columns_of(self, row: int) -> Ints:
        """The columns that raise a row's activity."""
        mine = slice(self.rows.begin[row], self.rows.begin[row + 1])
        return self.rows.column[mine][self.rows.coefficient[mine] > 0]

    def _above(self, at: Ints) -> Mask:
        after = self.activity[self.row[at]] + self.coefficient[at]
        raises = self.coefficient[at] > 0
        return np.asarray(raises & (after > self.rows.high[self.row[at]] + SLACK))

    def _below(self, at: Ints) -> Mask:
        after = self.activity[self.row[at]] + self.coefficient[at]
        lowers = self.coefficient[at] < 0
        return np.asarray(lowers & (after < self.rows.low[self.row[at]] - SLACK))


def of_rules(rows: Rows, candidates: int) -> Rows:
    """The rows that only speak of candidates: those of the rules. Rows of the objective tie columns
    of its own, which follow from the candidates and can always be made to fit."""
    last = np.full(rows.size, -1)
    filled = np.diff(rows.begin) > 0
    last[filled] = np.maximum.reduceat(rows.column, rows.begin[:-1][filled])
    return rows.only(last < candidates)
