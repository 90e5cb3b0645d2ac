"""An optional session opens only with the fewest people that each of its shifts can do with."""

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
        if not s.required and tally.is_open(s):
            for h in s.shifts:
                if tally.heads[h.id] < h.min:
                    yield Violation("open_without_staff", {"session": s.id, "shift": h.id})


def rows(c: Columns) -> Iterable[Rows]:
    optional = ~c.required[c.shift_session]
    yield c.per_shift([(c.x_shift, c.x, 1)], -c.min, low=0).only(optional & (c.min > 0))


RULE = Rule(
    "open_without_staff",
    "An open optional session has its staff.",
    "session",
    violations,
    rows=rows,
)
