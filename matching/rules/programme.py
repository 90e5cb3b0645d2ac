"""The session's programme is one that the family asked for."""

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
        if q.programmes is not None and s.programme not in q.programmes:
            yield Violation("programme", {"request": q.id, "session": s.id})


def seats(families: Families, session: Session) -> Mask:
    return families.asking_for(session.programme)


RULE = Rule("programme", "The family asked for this programme.", "family", violations, seats=seats)
