"""Children fit into the room and into what the people on duty can look after."""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.columns import Columns
    from matching.rows import Rows


def violations(tally: Tally) -> Iterator[Violation]:
    for s, seats in tally.children.items():
        limits = tally.problem.session_of[s].seats
        room = min(limits.max, limits.per_volunteer * len(tally.people.get(s, ())))
        if seats > room:
            yield Violation("seats", {"session": s, "seats": seats, "room": room})


def rows(c: Columns) -> Iterable[Rows]:
    yield c.room()
    yield c.care()


RULE = Rule("seats", "Room and people are enough for the children.", "session", violations, rows=rows)
