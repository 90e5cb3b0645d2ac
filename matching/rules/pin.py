"""What has been promised stays: a pinned volunteer keeps her shift."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows


def violations(tally: Tally) -> Iterator[Violation]:
    have = set(tally.plan.assignments)
    for v, h in tally.problem.pins:
        if (v, h) not in have:
            yield Violation("pin", {"volunteer": v, "shift": h})


def rows(c: Columns) -> Iterable[Rows]:
    from matching.arrays.rows import block

    columns = c.assignments(c.problem.pins)
    there = (columns >= 0).nonzero()[0]
    # A pin without a column (she may not take that shift) leaves a row that can never hold.
    yield block(len(columns), [(there, columns[there], 1.0)], low=1)


RULE = Rule("pin", "A pinned assignment stays.", "plan", violations, rows=rows)
