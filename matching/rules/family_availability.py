"""The whole session lies inside one interval in which the family is free."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from matching.rules.availability import within
from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.people import Families, Mask
    from matching.problem import Session


def violations(tally: Tally) -> Iterator[Violation]:
    for q, s in tally.seated:
        if not within(q.available, s):
            yield Violation("family_availability", {"request": q.id, "session": s.id})


def seats(families: Families, session: Session) -> Mask:
    return families.free(session.start, session.end)


RULE = Rule(
    "family_availability",
    "The session lies inside one of the family's free intervals.",
    "family",
    violations,
    seats=seats,
)
