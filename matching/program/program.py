"""The whole problem as one integer program over candidate columns: minimise price · columns +
offset."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.arrays.columns import Columns
from matching.arrays.rows import Floats, Ints, Rows, stack
from matching.problem import Problem
from matching.program.objective import Objective
from matching.rules import GOALS, RULES, Rule
from matching.rules.pairs import MARKS, SEATS, TAKES


@dataclass(frozen=True)
class Program:
    """Columns with bounds and prices, the rows over them; every number in it is whole."""

    price: Floats
    low: Floats
    high: Floats
    whole: NDArray[np.bool_]
    rows: Rows
    offset: int

    @property
    def size(self) -> int:
        """How many columns."""
        return len(self.price)

    def reduced(self, low: Floats, high: Floats) -> Reduced:
        """The program of the columns that are left free when the others are fixed where `low ==
        high`."""
        free = low < high
        fixed = np.where(free, 0, low)
        entries = free[self.rows.column]
        counts = np.bincount(self.rows.row[entries], minlength=self.rows.size)
        begin = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        number = np.cumsum(free) - 1
        taken = self.rows.activity(fixed)
        rows = Rows(
            begin,
            number[self.rows.column[entries]],
            self.rows.coefficient[entries],
            self.rows.low - taken,
            self.rows.high - taken,
        )
        kept = rows.only(counts > 0)
        part = Program(
            self.price[free],
            low[free],
            high[free],
            self.whole[free],
            kept,
            self.offset + round(float(self.price @ fixed)),
        )
        return Reduced(part, np.flatnonzero(free), fixed, np.flatnonzero(counts > 0))

    def components(self) -> list[Ints]:
        """Columns that hang together through rows, each group's numbers ascending, largest group
        first."""
        label = np.arange(self.size)
        if self.rows.size:
            starts = self.rows.begin[:-1]
            while True:
                least = np.minimum.reduceat(label[self.rows.column], starts)
                before = label.copy()
                np.minimum.at(label, self.rows.column, least[self.rows.row])
                label = label[label]
                if (label == before).all():
                    break
        order = np.argsort(label, kind="stable")
        cuts = np.flatnonzero(np.diff(label[order])) + 1
        return sorted(np.split(order, cuts), key=len, reverse=True) if self.size else []

    def part(self, columns: Ints, cut: bool = False) -> tuple[Program, Ints]:
        """The program of some columns (ascending) and the numbers of its rows here: those wholly
        among the columns.

        With `cut`, rows that reach beyond are kept too, shortened to these columns.
        """
        number = np.full(self.size, -1)
        number[columns] = np.arange(len(columns))
        inside = number[self.rows.column] >= 0
        counts = np.bincount(self.rows.row[inside], minlength=self.rows.size)
        kept = (counts > 0) if cut else (counts > 0) & (counts == np.diff(self.rows.begin))
        entries = inside & kept[self.rows.row]
        begin = np.concatenate([[0], np.cumsum(counts[kept])]).astype(np.int64)
        rows = Rows(
            begin,
            number[self.rows.column[entries]],
            self.rows.coefficient[entries],
            self.rows.low[kept],
            self.rows.high[kept],
        )
        return Program(
            self.price[columns], self.low[columns], self.high[columns], self.whole[columns], rows, 0
        ), np.flatnonzero(kept)


@dataclass(frozen=True)
class Reduced:
    """A smaller program, the whole one's numbers of its columns and rows, and the whole vector with
    0 in its columns' place."""

    program: Program
    columns: Ints
    fixed: Floats
    rows: Ints

    def whole(self, values: Floats) -> Floats:
        """Values of the small program → values of all columns."""
        out = self.fixed.copy()
        out[self.columns] = values
        return out


def objective(columns: Columns) -> Objective:
    """What every plan costs, and the goals that this problem has."""
    costs = Objective(columns)
    for goal in GOALS:
        if goal.asked(columns.problem):
            goal.terms(costs)
    return costs


def program(columns: Columns) -> Program:
    """Rules and goals over the columns, as one program."""
    goals = objective(columns)
    rules = rule_rows(columns)
    ahead = columns.marks.end
    low = np.zeros(ahead)
    high = np.ones(ahead)
    whole = np.ones(ahead, bool)
    low[columns.open[columns.required]] = 1
    return Program(
        np.concatenate(goals.price),
        np.concatenate([low, np.zeros(goals.size - ahead)]),
        np.concatenate([high, *goals.high]),
        np.concatenate([whole, *goals.whole]),
        tidy(stack(rules + goals.rows)),
        goals.offset,
    )


def rule_rows(columns: Columns, without: Rule | None = None) -> list[Rows]:
    """The rows of all rules but one, and those that tie the marks they speak of."""
    found = [r for rule in RULES if rule.rows and rule is not without for r in rule.rows(columns)]
    if columns.marks.size:
        found.append(columns.marks.rows())
    return found


def candidates(problem: Problem, lean: bool = True) -> Columns:
    """The candidates of a problem under all rules there are; `lean` as in Columns."""
    return Columns(problem, TAKES, SEATS, lean, MARKS)


def model(problem: Problem) -> tuple[Columns, Program]:
    """Candidates and program of a problem."""
    columns = candidates(problem)
    return columns, program(columns)


def tidy(rows: Rows) -> Rows:
    """The same rows with columns ascending, without zero coefficients, without empty rows that
    always hold."""
    keep = rows.coefficient != 0
    row = rows.row[keep]
    column = rows.column[keep]
    coefficient = rows.coefficient[keep]
    order = np.lexsort((column, row))
    counts = np.bincount(row, minlength=rows.size)
    begin = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Rows(begin, column[order], coefficient[order], rows.low, rows.high).only(
        (counts > 0) | (rows.low > 0) | (rows.high < 0)
    )
