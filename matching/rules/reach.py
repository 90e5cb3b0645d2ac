"""From home to the place within her travel limit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from matching.rules.rule import Facts, Question, Rule, Violation
from matching.tally import Tally
from matching.travel import travel_minutes

if TYPE_CHECKING:
    from matching.arrays.people import Mask, Volunteers
    from matching.problem import Session, Shift


def violations(tally: Tally) -> Iterator[Violation]:
    travel = tally.problem.travel
    for v, s, h in tally.placed:
        if travel_minutes(travel, v.home, s.place) > v.max_travel:
            yield Violation("reach", {"volunteer": v.id, "shift": h.id})


def shows(violation: Violation, question: Question) -> Facts:
    her = question.problem.volunteer_of[violation.named("volunteer")]
    way = travel_minutes(question.problem.travel, her.home, question.session.place)
    return {"way": way, "limit": her.max_travel}


def takes(volunteers: Volunteers, session: Session, shift: Shift) -> Mask:
    return volunteers.near(session.place)


RULE = Rule(
    "reach",
    "The place is within her travel limit.",
    "volunteer",
    violations,
    shows=shows,
    takes=takes,
    changeable=True,
)
