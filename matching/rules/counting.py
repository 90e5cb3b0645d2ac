"""What a limit counts, on plain data: in the plan, and beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from matching.agreements import Limit, Which
from matching.problem import DAY, WEEK, Problem, Volunteer, of_sort
from matching.tally import Tally

SATURDAY = 5
Amounts = Counter[int]  # of a day, or of a week where weekends are counted


@dataclass(frozen=True, slots=True)
class Counted:
    """What the plan gives her, and what she has beside it; where days or weekends are counted, the
    plan's are those that she does not have beside it."""

    plan: Amounts = field(default_factory=Counter)
    beside: Amounts = field(default_factory=Counter)


def period(limit: Limit) -> int:
    """The minutes of what one window is counted in: a day, or a week for weekends."""
    return WEEK if limit.unit == "weekends" else DAY


def beside(her: Volunteer, which: Which) -> Iterator[tuple[int, int]]:
    """Start and end of what she has beside the plan: services of before, promises elsewhere."""
    for past in her.history:
        if which.counts(past.programme, past.role, past.codes, past.kinds):
            yield past.start, past.end
    for held in her.commitments:
        promised = which.counts(held.programme, kinds=held.kinds)
        if promised and held.start is not None and held.end is not None:
            yield held.start, held.end


def counted(tally: Tally, her: Volunteer, limit: Limit) -> Counted:
    """What the limit counts of her."""
    which = limit.which
    planned = [
        session.span
        for session, shift in tally.served.get(her.id, ())
        if session.start is not None and of_sort(which, session, shift)
    ]
    other = amounts(limit, beside(her, which))
    mine = amounts(limit, planned)
    if limit.unit in ("days", "weekends"):
        mine = Counter({when: n for when, n in mine.items() if when not in other})
    return Counted(mine, other)


def amounts(limit: Limit, spans: Iterator[tuple[int, int]] | list[tuple[int, int]]) -> Amounts:
    """What these services come to in each day, or in each week where weekends are counted."""
    found: Amounts = Counter()
    for start, end in spans:
        day = start // DAY
        if limit.unit == "minutes":
            found[day] += end - start
        elif limit.unit == "services":
            found[day] += 1
        elif limit.unit == "days":
            found[day] = 1
        elif day % 7 >= SATURDAY:
            found[start // WEEK] = 1
    return found


def over(limit: Limit, found: Counted) -> int:
    """How much the plan gives her beyond `max`, in all windows together; what she has beside it
    uses a window up, but is no fault of the plan."""
    assert limit.max is not None
    total = 0
    for first in _begins(limit, found.plan):
        left = max(0, limit.max - _within(limit, found.beside, first))
        total += max(0, _within(limit, found.plan, first) - left)
    return total


def under(limit: Limit, found: Counted, problem: Problem) -> int:
    """How much is missing to `min`, in all windows that lie wholly inside the problem."""
    assert limit.min is not None
    total = 0
    for first in inside(limit, problem):
        has = _within(limit, found.plan, first) + _within(limit, found.beside, first)
        total += max(0, limit.min - has)
    return total


def inside(limit: Limit, problem: Problem) -> range:
    """Where the windows begin that lie wholly inside the problem."""
    if limit.window is None:
        return range(1)
    periods = -(-problem.horizon // period(limit))
    step = 1 if limit.rolling else limit.window
    return range(0, max(0, periods - limit.window + 1), step)


def _begins(limit: Limit, plan: Amounts) -> set[int]:
    """Where the windows begin that hold anything of the plan."""
    if limit.window is None:
        return {0}
    if limit.rolling:
        return {when - k for when in plan for k in range(limit.window)}
    return {when // limit.window * limit.window for when in plan}


def _within(limit: Limit, found: Amounts, first: int) -> int:
    if limit.window is None:
        return sum(n for when, n in found.items() if when >= 0)
    return sum(n for when, n in found.items() if first <= when < first + limit.window)
