"""From the family's home to the place within its travel limit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from matching.rules.rule import Facts, Question, Rule, Violation
from matching.tally import Tally
from matching.travel import travel_minutes

if TYPE_CHECKING:
    from matching.arrays.people import Families, Mask
    from matching.problem import Session


def violations(tally: Tally) -> Iterator[Violation]:
    for q, s in tally.seated:
        if travel_minutes(tally.problem.travel, q.home, s.place) > q.max_travel:
            yield Violation("family_reach", {"request": q.id, "session": s.id})


def shows(violation: Violation, question: Question) -> Facts:
    request = question.problem.request_of[violation.named("request")]
    way = travel_minutes(question.problem.travel, request.home, question.session.place)
    return {"way": way, "limit": request.max_travel}


def seats(families: Families, session: Session) -> Mask:
    return families.near(session.place)


RULE = Rule(
    "family_reach",
    "The place is within the family's travel limit.",
    "family",
    violations,
    shows=shows,
    seats=seats,
)
