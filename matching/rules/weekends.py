"""How many weekends a volunteer serves, and how many are free between two of them: the usual limits
over weekends, under names of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.agreements import Limit
from matching.problem import Volunteer
from matching.rules.counting import counted, over
from matching.rules.rule import Facts, Question, Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows


def limits_of(her: Volunteer) -> tuple[Limit, ...]:
    """Her weekends as limits."""
    found = []
    if her.max_weekends is not None:
        found.append(Limit("weekends", max=her.max_weekends))
    if her.weekend_gap:
        found.append(Limit("weekends", max=1, window=her.weekend_gap + 1))
    return tuple(found)


def violations(tally: Tally) -> Iterator[Violation]:
    for her in tally.agreeing():
        excess = sum(over(limit, counted(tally, her, limit)) for limit in limits_of(her))
        if excess:
            yield Violation("weekends", {"volunteer": her.id}, excess)


def shows(violation: Violation, question: Question) -> Facts:
    her = question.problem.volunteer_of[violation.named("volunteer")]
    return {"limit": her.max_weekends, "gap": her.weekend_gap}


def rows(c: Columns) -> Iterable[Rows]:
    from matching.arrays.windows import at_most

    yield from at_most(c, limits_of)


RULE = Rule(
    "weekends",
    "Not more weekends, and not closer together, than she said.",
    "volunteer",
    violations,
    shows=shows,
    rows=rows,
    changeable=True,
    in_format=False,
)
