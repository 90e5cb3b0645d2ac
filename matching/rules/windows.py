"""How much of something a volunteer does in any so many days: services, days, minutes or weekends,
of everything or of one sort. Hard, or at a price for what is too much or too little.

What she gave before and what she has promised elsewhere count in the windows that they lie in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from matching.agreements import Limit, Which
from matching.problem import DAY, Problem, Volunteer
from matching.rules.counting import counted, over, under
from matching.rules.goal import Goal
from matching.rules.rule import Facts, Question, Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.marks import Marked
    from matching.arrays.rows import Rows
    from matching.program.objective import Objective


def limits_of(her: Volunteer) -> tuple[Limit, ...]:
    """Each distinct limit of hers; one that stands twice counts once."""
    return tuple(dict.fromkeys(her.limits))


def violations(tally: Tally) -> Iterator[Violation]:
    for her in tally.agreeing():
        for limit in limits_of(her):
            if limit.max is not None and limit.price is None:
                excess = over(limit, counted(tally, her, limit))
                if excess:
                    yield Violation("limits", facts_of(her, limit), excess)


def facts_of(her: Volunteer, limit: Limit) -> Facts:
    """Whose limit is passed, and which."""
    return {
        "volunteer": her.id,
        "unit": limit.unit,
        "max": limit.max,
        "window": limit.window,
        "programme": limit.programme,
        "code": limit.code,
        "role": limit.role,
        "kind": limit.kind,
    }


def rows(c: Columns) -> Iterable[Rows]:
    from matching.arrays.windows import at_most

    yield from at_most(c, limits_of)


def marks(c: Columns) -> Iterable[Marked]:
    """Of every day and weekend that a limit, or a run of days, is about."""
    from matching.arrays.windows import day_marks

    days: defaultdict[Which, list[int]] = defaultdict(list)
    weekends: defaultdict[Which, list[int]] = defaultdict(list)
    for k, v in ((c.volunteers.index[v.id], v) for v in c.problem.agreeing):
        if v.min_days_on > 1 or v.min_days_off > 1:
            days[Which()].append(k)
        if v.max_weekends is not None or v.weekend_gap:
            weekends[Which()].append(k)
        for limit in v.limits:
            if limit.unit == "days":
                days[limit.which].append(k)
            elif limit.unit == "weekends":
                weekends[limit.which].append(k)
    yield from day_marks(c, "days", days)
    yield from day_marks(c, "weekends", weekends)


def asked(problem: Problem) -> bool:
    return any(limit.price is not None for v in problem.volunteers for limit in v.limits)


def cost(tally: Tally) -> int:
    total = 0
    for her in tally.problem.agreeing:
        for limit in limits_of(her):
            if limit.price is not None:
                total += limit.price * missed(tally, her, limit)
    return total


def missed(tally: Tally, her: Volunteer, limit: Limit) -> int:
    """By how much the plan misses a limit of hers, above and below."""
    found = counted(tally, her, limit)
    too_much = over(limit, found) if limit.max is not None else 0
    too_little = under(limit, found, tally.problem) if limit.min is not None else 0
    return too_much + too_little


def terms(o: Objective) -> None:
    priced(o, o.columns.problem.agreeing, limits_of)


def priced(
    o: Objective, people: Iterable[Volunteer], limits: Callable[[Volunteer], Iterable[Limit]]
) -> None:
    """What the limits with a price cost: a column for each window that can be missed."""
    import numpy as np

    from matching.arrays.rows import block
    from matching.arrays.windows import all_windows_of, owners_of, windows_of

    for limit, owners in owners_of(o.columns, people, limits).items():
        if limit.price is None:
            continue
        if limit.max is not None:
            windows = windows_of(o.columns, limit, owners)
            left = np.maximum(limit.max - windows.used, 0)
            beyond = np.maximum(windows.most - left, 0)
            number = np.flatnonzero(beyond)
            extra = o.add(np.full(len(number), limit.price), beyond[number])
            rows = block(windows.size, [windows.term, (number, extra, -1)], high=left)
            o.rows.append(rows.only(beyond > 0))
        if limit.min is not None:
            windows = all_windows_of(o.columns, limit, owners)
            lack = np.maximum(limit.min - windows.used, 0)
            missing = o.add(np.full(windows.size, limit.price), lack)
            number = np.arange(windows.size)
            o.row(windows.size, [windows.term, (number, missing, 1)], low=lack)


def shows(violation: Violation, question: Question) -> Facts:
    her = question.problem.volunteer_of[violation.named("volunteer")]
    limit = next(one for one in limits_of(her) if facts_of(her, one) == violation.facts)
    return {"limit": limit.max, "rolling": int(limit.rolling)}


def most(problem: Problem) -> int:
    minutes = sum(s.span[1] - s.span[0] for s in problem.sessions if s.start is not None)
    days = -(-problem.horizon // DAY)
    total = 0
    for her in problem.agreeing:
        for limit in limits_of(her):
            if limit.price is not None:
                all_of_it = minutes if limit.unit == "minutes" else len(problem.sessions)
                above = all_of_it * (limit.window or 1) if limit.max is not None else 0
                total += limit.price * (above + (limit.min or 0) * days)
    return total


RULE = Rule(
    "limits",
    "Not more of it in any such window than was agreed.",
    "volunteer",
    violations,
    shows=shows,
    rows=rows,
    marks=marks,
    changeable=True,
    in_format=False,
)
GOAL = Goal(
    "limits",
    "What is more, or less, in a window than was agreed at a price.",
    asked,
    cost,
    terms,
    most,
)
