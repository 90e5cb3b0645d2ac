"""Only a session with seats can seat a family."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.people import Families, Mask
    from matching.problem import Session


def violations(tally: Tally) -> Iterator[Violation]:
    for q, s in tally.seatless:
        yield Violation("no_seats", {"request": q.id, "session": s.id})


def seats(families: Families, session: Session) -> Mask:
    return families.all_if(session.seats is not None)


RULE = Rule("no_seats", "The session has seats.", "family", violations, seats=seats)
