"""Days in a row: a run of days with services is not too short, and neither is the time off between
two of them.

Only what the plan gives counts, and a run that touches the first or the last day of the problem is
not judged: nobody knows how it goes on there.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.agreements import Which
from matching.problem import DAY, Problem
from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows


def days_of(problem: Problem) -> int:
    """How many days the problem has."""
    return -(-problem.horizon // DAY)


def violations(tally: Tally) -> Iterator[Violation]:
    days = days_of(tally.problem)
    for her in tally.agreeing():
        if her.min_days_on > 1 or her.min_days_off > 1:
            on = {s.span[0] // DAY for s in tally.timed(her.id)}
            least = {True: her.min_days_on, False: her.min_days_off}
            short = sum(length < least[serves] for serves, length in runs(on, days))
            if short:
                yield Violation("runs", {"volunteer": her.id}, short)


def runs(on: set[int], days: int) -> list[tuple[bool, int]]:
    """Whether she serves, and for how many days, run by run; without the first and the last."""
    found = [
        (serves, len(list(run)))
        for serves, run in itertools.groupby(day in on for day in range(days))
    ]
    return found[1:-1]


def rows(c: Columns) -> Iterable[Rows]:
    group = c.marks.of.get(("days", Which()))
    mark_of: dict[int, dict[int, int]] = {}
    if group:
        keys = [key.tolist() for key in group.keys]
        for who, day, column in zip(*keys, group.columns.tolist(), strict=True):
            mark_of.setdefault(who, {})[day] = column
    days = days_of(c.problem)
    for who, marks in mark_of.items():
        her = c.problem.volunteers[who]
        for length in range(1, max(her.min_days_on, her.min_days_off)):
            for first in range(1, days - length):
                if length < her.min_days_on:
                    yield _no_run(marks, first, length, 1)
                if length < her.min_days_off:
                    yield _no_run(marks, first, length, -1)


def _no_run(marks: dict[int, int], first: int, length: int, serves: int) -> Rows:
    """Not exactly these days on (1), or off (-1), between days that are the other: of the days
    beside, one is like those inside, or one of those inside is like the days beside."""
    from matching.arrays.rows import block

    beside = [marks[day] for day in (first - 1, first + length) if day in marks]
    inside = [marks[day] for day in range(first, first + length) if day in marks]
    low = 1 - length if serves > 0 else -1
    return block(1, [(0, beside, serves), (0, inside, -serves)], low=low)


RULE = Rule(
    "runs",
    "Not fewer days in a row on, or off, than she said.",
    "plan",
    violations,
    rows=rows,
    in_format=False,
)
