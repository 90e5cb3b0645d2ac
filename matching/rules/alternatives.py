"""At most one session of a group takes place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows


def violations(tally: Tally) -> Iterator[Violation]:
    opened = Counter(
        s.alternatives for s in tally.problem.sessions if s.alternatives and tally.is_open(s)
    )
    for group, n in opened.items():
        if n > 1:
            yield Violation("alternatives", {"group": group})


def rows(c: Columns) -> Iterable[Rows]:
    from matching.arrays.rows import block

    groups = [s.alternatives for s in c.sessions]
    number = {g: k for k, g in enumerate(dict.fromkeys(g for g in groups if g))}
    members = [(k, number[g]) for k, g in enumerate(groups) if g]
    yield block(
        len(number), [([n for _, n in members], c.open[[k for k, _ in members]], 1)], high=1
    )


RULE = Rule(
    "alternatives", "At most one session of a group is open.", "session", violations, rows=rows
)
