"""At most `target` people on a shift."""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.columns import Columns
    from matching.rows import Rows


def violations(tally: Tally) -> Iterator[Violation]:
    for h, n in tally.heads.items():
        if n > tally.problem.shift_of[h][1].target:
            yield Violation("head_count", {"shift": h, "count": n})


def rows(c: Columns) -> Iterable[Rows]:
    yield c.head_count()


RULE = Rule("head_count", "The shift has a place left.", "shift", violations, rows=rows)
