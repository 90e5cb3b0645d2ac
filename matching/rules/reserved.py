"""A session with alternatives is only for families that name it in their choices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.people import Families, Mask
    from matching.problem import Session


def violations(tally: Tally) -> Iterator[Violation]:
    for q, s in tally.seated:
        if q.choices is None and s.alternatives is not None:
            yield Violation("reserved", {"request": q.id, "session": s.id})


def seats(families: Families, session: Session) -> Mask:
    return families.choosy | families.all_if(session.alternatives is None)


RULE = Rule(
    "reserved",
    "A session with alternatives is for those who named it.",
    "family",
    violations,
    seats=seats,
)
