"""One long rest in each window of days, such as sixty hours in every week.

A window in which what she has beside the plan leaves none is not judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.agreements import RestBlock
from matching.problem import DAY, Interval, Problem, Volunteer
from matching.rules.rest import beside
from matching.rules.rule import Facts, Question, Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.marks import Marked
    from matching.arrays.rows import Rows

NAME = "rest_block"


def windows(problem: Problem, wanted: RestBlock) -> Iterator[Interval]:
    """The windows that lie wholly inside the problem."""
    days = -(-problem.horizon // DAY)
    step = 1 if wanted.rolling else wanted.window
    for first in range(0, days - wanted.window + 1, step):
        yield first * DAY, (first + wanted.window) * DAY


def has_room(window: Interval, minutes: int, busy: Iterable[Interval]) -> bool:
    """True if so many minutes in a row are free in the window."""
    taken = list(busy)
    return any(
        all(not _meets(stretch, span) for span in taken)
        for stretch in stretches(window, minutes, taken)
    )


def stretches(window: Interval, minutes: int, busy: Iterable[Interval]) -> list[Interval]:
    """Where such a rest could lie: from the window's start on, or from the end of something."""
    begins = {window[0], *(end for _, end in busy if end >= window[0])}
    return [(at, at + minutes) for at in sorted(begins) if at + minutes <= window[1]]


def _meets(a: Interval, b: Interval) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def spans_beside(her: Volunteer) -> list[Interval]:
    """When she is busy beside the plan."""
    return [(c.start, c.end) for c in beside(her) if c.start is not None and c.end is not None]


def violations(tally: Tally) -> Iterator[Violation]:
    for her in tally.agreeing():
        wanted = her.rest_block
        if wanted:
            other = spans_beside(her)
            busy = [*other, *(s.span for s in tally.timed(her.id))]
            without = sum(
                has_room(window, wanted.minutes, other)
                and not has_room(window, wanted.minutes, busy)
                for window in windows(tally.problem, wanted)
            )
            if without:
                yield Violation("rest_block", {"volunteer": her.id}, without)


def shows(violation: Violation, question: Question) -> Facts:
    wanted = question.problem.volunteer_of[violation.named("volunteer")].rest_block
    assert wanted
    return {"limit": wanted.minutes, "window": wanted.window}


def _possible(c: Columns, k: int) -> Iterator[tuple[Interval, list[Interval]]]:
    """Each window of a volunteer's that is judged, and the stretches that her candidates could
    leave free in it."""
    her = c.problem.volunteers[k]
    wanted = her.rest_block
    if wanted:
        other = spans_beside(her)
        sessions = sorted(set(c.x_session[c.timed_of[k]].tolist()))
        busy = [*other, *(c.sessions[s].span for s in sessions)]
        for window in windows(c.problem, wanted):
            if has_room(window, wanted.minutes, other):
                yield (
                    window,
                    [
                        stretch
                        for stretch in stretches(window, wanted.minutes, busy)
                        if not any(_meets(stretch, span) for span in other)
                    ],
                )


def marks(c: Columns) -> Iterable[Marked]:
    """A stretch is marked if any of her candidates in it is taken."""
    import numpy as np

    from matching.arrays.marks import Marked

    found = []
    for v in c.problem.agreeing:
        if v.rest_block:
            k = c.volunteers.index[v.id]
            hers = c.timed_of[k]
            start = c.start[c.x_session[hers]]
            end = c.end[c.x_session[hers]]
            distinct = {stretch for _, those in _possible(c, k) for stretch in those}
            for stretch in sorted(distinct):
                for column in hers[(start < stretch[1]) & (stretch[0] < end)].tolist():
                    found.append((column, k, stretch[0]))
    columns, who, at = np.array(found, np.int64).reshape(-1, 3).T
    yield Marked(NAME, columns, [who, at])


def rows(c: Columns) -> Iterable[Rows]:
    from matching.arrays.rows import block

    group = c.marks.of[NAME]
    keys = zip(*(key.tolist() for key in group.keys), strict=True)
    mark_of = dict(zip(keys, group.columns.tolist(), strict=True))
    for k in (c.volunteers.index[v.id] for v in c.problem.agreeing):
        for _, possible in _possible(c, k):
            marked = [mark_of[k, at] for at, _ in possible if (k, at) in mark_of]
            if len(marked) == len(possible):  # else one of them is free whatever she takes
                yield block(1, [(0, marked, 1)], high=len(marked) - 1)


RULE = Rule(
    "rest_block",
    "In each such window she has one long rest.",
    "volunteer",
    violations,
    shows=shows,
    rows=rows,
    marks=marks,
    changeable=True,
    in_format=False,
)
