"""The whole session lies inside one interval in which she is free."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from matching.problem import Interval, Session
from matching.rules.rule import Facts, Question, Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.people import Mask, Volunteers
    from matching.problem import Shift

NEVER = sys.maxsize  # later than any end


def within(intervals: Sequence[Interval], session: Session) -> bool:
    """True if one of the sorted disjoint intervals holds the session from start to end."""
    start, end = session.span
    k = bisect_right(intervals, (start, NEVER)) - 1
    return k >= 0 and intervals[k][1] >= end


def violations(tally: Tally) -> Iterator[Violation]:
    for v, s, h in tally.placed:
        if s.start is not None and not within(v.available, s):
            yield Violation("availability", {"volunteer": v.id, "shift": h.id})


def shows(violation: Violation, question: Question) -> Facts:
    her = question.problem.volunteer_of[violation.named("volunteer")]
    return {"stated": bool(her.available)}


def takes(volunteers: Volunteers, session: Session, shift: Shift) -> Mask:
    return volunteers.free(session.start, session.end)


RULE = Rule(
    "availability",
    "The session lies inside one of her free intervals.",
    "volunteer",
    violations,
    shows=shows,
    takes=takes,
    changeable=True,
)
