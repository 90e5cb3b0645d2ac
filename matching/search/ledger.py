"""The rows of a program while a plan is made column by column: what may still be added."""

from __future__ import annotations

import numpy as np

from matching.arrays.marks import Marks
from matching.arrays.people import Mask
from matching.arrays.rows import Ints, Rows

SLACK = 1e-6  # activities are sums of floats


class Ledger:
    """Rows with their running activity, looked up by column: what may still be added.

    A column brings its marks with it: each counts as long as enough of its columns do.
    """

    def __init__(self, rows: Rows, size: int, marks: Marks | None = None) -> None:
        order = np.argsort(rows.column, kind="stable")
        self.rows = rows
        self.activity = np.zeros(rows.size)
        self.row = rows.row[order]
        self.coefficient = rows.coefficient[order]
        self.begin = np.searchsorted(rows.column[order], np.arange(size + 1))
        self._times: Ints = np.zeros(size, np.int64)
        self._marks: Ints | None = None
        if marks and marks.size:
            by_column = np.argsort(marks.column, kind="stable")
            self._marks = marks.member[by_column]
            self._need = np.concatenate([np.zeros(marks.begin, np.int64), marks.need])
            self._first = np.searchsorted(marks.column[by_column], np.arange(marks.begin + 1))

    def add(self, column: int, times: float) -> None:
        """Count a column in (1) or out (-1), and its marks."""
        self._add(column, times)
        if self._marks is not None:
            by = int(times)
            for mark in self._marks[self._first[column] : self._first[column + 1]].tolist():
                before = self._times[mark] >= self._need[mark]
                self._times[mark] += by
                if before != (self._times[mark] >= self._need[mark]):
                    self._add(mark, times)

    def _add(self, column: int, times: float) -> None:
        mine = slice(self.begin[column], self.begin[column + 1])
        self.activity[self.row[mine]] += times * self.coefficient[mine]

    def fits(self, columns: Ints) -> Mask:
        """True for each column that would, with its marks, break no row and worsen none that is
        broken."""
        fit = self._fits(columns)
        if self._marks is None:
            return fit
        # A mark that counts already changes nothing; one that this column would make count brings
        # its own rows.
        owner, at = _spread(self._first, columns)
        mark = self._marks[at]
        new = self._times[mark] == self._need[mark] - 1
        owner = owner[new]
        bad = owner[~self._fits(mark[new])]
        return fit & (np.bincount(bad, minlength=len(columns)) == 0)

    def _fits(self, columns: Ints) -> Mask:
        owner, at = _spread(self.begin, columns)
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


def _spread(begin: Ints, columns: Ints) -> tuple[Ints, Ints]:
    """Of a table sorted by column: the entries of these columns, and whose each is."""
    lengths = begin[columns + 1] - begin[columns]
    owner = np.repeat(np.arange(len(columns)), lengths)
    first = np.repeat(begin[columns] - np.cumsum(lengths) + lengths, lengths)
    return owner, first + np.arange(len(owner))


def of_rules(rows: Rows, candidates: int, end: int) -> Rows:
    """The rows that only speak of candidates, or only of the marks behind them, up to `end`: those
    of the rules. What ties marks to candidates is counted with the columns, and rows of the
    objective tie columns of its own, which can always be made to fit."""
    last = np.full(rows.size, -1)
    first = np.full(rows.size, -1)
    filled = np.diff(rows.begin) > 0
    last[filled] = np.maximum.reduceat(rows.column, rows.begin[:-1][filled])
    first[filled] = np.minimum.reduceat(rows.column, rows.begin[:-1][filled])
    return rows.only((last < candidates) | ((first >= candidates) & (last < end)))
