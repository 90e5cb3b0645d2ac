"""A request gets at most as many sessions as it wants, in all and per week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.problem import WEEK
from matching.rules.rule import Facts, Question, Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows


def wants(tally: Tally) -> Iterator[Violation]:
    for q, sessions in tally.seats_of.items():
        if len(sessions) > tally.problem.request_of[q].wants:
            yield Violation("wants", {"request": q})


def per_week(tally: Tally) -> Iterator[Violation]:
    """Of the weeks in which the plan gives it any; what it had already counts in its week."""
    for q, sessions in tally.seats_of.items():
        request = tally.problem.request_of[q]
        had = Counter(start // WEEK for start in request.had)
        weeks = Counter(s.span[0] // WEEK for s in sessions)
        cap = request.per_week
        if cap is not None and any(n + had[week] > cap for week, n in weeks.items()):
            yield Violation("per_week", {"request": q})


def shows_wants(violation: Violation, question: Question) -> Facts:
    return {"limit": question.problem.request_of[violation.named("request")].wants}


def shows_per_week(violation: Violation, question: Question) -> Facts:
    return {"limit": question.problem.request_of[violation.named("request")].per_week}


def wants_rows(c: Columns) -> Iterable[Rows]:
    yield c.at_most(c.y, [c.y_request], c.families.wants)


def per_week_rows(c: Columns) -> Iterable[Rows]:
    theirs = c.families
    week = c.week[c.y_session]
    kept = ~(c.lean & (theirs.wants[c.y_request] <= theirs.left_of_week(c.y_request, week)))
    yield c.at_most(c.y[kept], [c.y_request[kept], week[kept]], theirs.left_of_week)


WANTS = Rule(
    "wants",
    "Not more sessions than the family wants.",
    "family",
    wants,
    shows=shows_wants,
    rows=wants_rows,
)
PER_WEEK = Rule(
    "per_week",
    "Not more sessions in a week than the family wants.",
    "family",
    per_week,
    shows=shows_per_week,
    rows=per_week_rows,
)
