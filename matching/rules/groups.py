"""Of a group of sessions at most so many take place, and their prices stay within a budget."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows


def violations(tally: Tally) -> Iterator[Violation]:
    for name, group in tally.problem.groups.items():
        there = [s for s in tally.problem.sessions if name in s.groups and tally.is_open(s)]
        spent = sum(s.price for s in there)
        many = 0 if group.max is None else max(0, len(there) - group.max)
        dear = 0 if group.budget is None else max(0, spent - group.budget)
        if many or dear:
            yield Violation("groups", {"group": name}, many + dear)


def rows(c: Columns) -> Iterable[Rows]:
    from matching.arrays.rows import block

    for name, group in c.problem.groups.items():
        there = [k for k, s in enumerate(c.sessions) if name in s.groups]
        if group.max is not None:
            yield block(1, [(0, c.open[there], 1)], high=group.max)
        if group.budget is not None:
            prices = [c.sessions[k].price for k in there]
            yield block(1, [(0, c.open[there], prices)], high=group.budget)


RULE = Rule(
    "groups",
    "Not more sessions of a group are open, and not dearer ones, than it allows.",
    "session",
    violations,
    rows=rows,
    in_format=False,
)
