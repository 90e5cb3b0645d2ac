"""At most `target` people on a shift, and those who stand by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows


def violations(tally: Tally) -> Iterator[Violation]:
    for h, n in tally.heads.items():
        if n > tally.problem.shift_of[h][1].most:
            yield Violation("head_count", {"shift": h, "count": n})


def rows(c: Columns) -> Iterable[Rows]:
    # Nobody works in a session that does not take place, so its `open` column carries the places.
    from matching.arrays.places import most_asked

    yield c.per_shift([(c.x_shift, c.x, 1)], -most_asked(c), high=0)


RULE = Rule("head_count", "The shift has a place left.", "shift", violations, rows=rows)
