"""A family that named sessions is seated only in those."""

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
        if q.choices is not None and s.id not in q.choices:
            yield Violation("choices", {"request": q.id, "session": s.id})


def seats(families: Families, session: Session) -> Mask:
    return families.choosing(session.id) | ~families.choosy


RULE = Rule(
    "choices", "A family that named sessions gets one of them.", "family", violations, seats=seats
)
