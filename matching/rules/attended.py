"""An optional session with seats opens only for the fewest children worth opening for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows


def violations(tally: Tally) -> Iterator[Violation]:
    for s in tally.problem.sessions:
        if s.seats and not s.required and tally.is_open(s) and tally.children[s.id] < s.seats.min:
            yield Violation("open_without_families", {"session": s.id})


def rows(c: Columns) -> Iterable[Rows]:
    few = c.seat_limit("min")
    yield c.per_session([(c.y_session, c.y, c.y_children)], -few, low=0).only(
        ~c.required & (few > 0)
    )


RULE = Rule(
    "open_without_families",
    "An open optional session has children enough.",
    "session",
    violations,
    rows=rows,
)
