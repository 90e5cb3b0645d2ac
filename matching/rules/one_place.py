"""One shift per session and volunteer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows


def violations(tally: Tally) -> Iterator[Violation]:
    for v, sessions in tally.sessions_of.items():
        if len({s.id for s in sessions}) < len(sessions):
            yield Violation("one_place", {"volunteer": v})


def rows(c: Columns) -> Iterable[Rows]:
    # Who takes one session a day (a week, a month) takes one shift of it.
    kept = c.x[
        ~(c.lean & c.timed[c.x_session] & c.one_of_both(c.x_volunteer, c.x_session, c.x_session))
    ]
    yield c.at_most(kept, [c.x_volunteer[kept], c.x_session[kept]], 1)


RULE = Rule(
    "one_place",
    "She has one shift per session.",
    "volunteer",
    violations,
    rows=rows,
    changeable=False,
)
