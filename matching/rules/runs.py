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
from matching.problem import DAY, Problem, Volunteer
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
    import numpy as np

    from matching.arrays.rows import block

    group = c.marks.of.get(("days", Which()))
    mark_of: dict[int, dict[int, int]] = {}
    if group:
        keys = [key.tolist() for key in group.keys]
        for who, day, column in zip(*keys, group.columns.tolist(), strict=True):
            mark_of.setdefault(who, {})[day] = column
    entries: list[tuple[int, int, int]] = []
    lows: list[int] = []
    for who, marks in mark_of.items():
        for begin, length, serves in _short_runs(c.problem.volunteers[who], days_of(c.problem)):
            beside = (begin - 1, begin + length)
            inside = range(begin, begin + length)
            row = len(lows)
            entries += [(row, marks[day], serves) for day in beside if day in marks]
            entries += [(row, marks[day], -serves) for day in inside if day in marks]
            lows.append(1 - length if serves > 0 else -1)
    row_of, column_of, coefficient = np.array(entries, np.int64).reshape(-1, 3).T
    yield block(len(lows), [(row_of, column_of, coefficient)], low=lows)


def _short_runs(her: Volunteer, days: int) -> Iterator[tuple[int, int, int]]:
    """Each run that is too short for her: where it begins, how long it is, and 1 for days on, -1
    for days off. It is not there if of the days beside it one is like those inside, or one of those
    inside is like the days beside."""
    for length in range(1, max(her.min_days_on, her.min_days_off)):
        for begin in range(1, days - length):
            if length < her.min_days_on:
                yield begin, length, 1
            if length < her.min_days_off:
                yield begin, length, -1


RULE = Rule(
    "runs",
    "Not fewer days in a row on, or off, than she said.",
    "plan",
    violations,
    rows=rows,
    in_format=False,
)
