"""Who wants to be alone has nobody beside her in a session."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows


def violations(tally: Tally) -> Iterator[Violation]:
    for her in tally.agreeing():
        if her.alone:
            for s in dict.fromkeys(session.id for session in tally.sessions_of[her.id]):
                others = sum(other != her.id for other in tally.people[s])
                if others:
                    yield Violation("alone", {"session": s, "volunteer": her.id}, others)


def rows(c: Columns) -> Iterable[Rows]:
    from matching.arrays.rows import block

    wanting = [c.volunteers.index[v.id] for v in c.problem.agreeing if v.alone]
    for s in range(len(c.sessions)) if wanting else ():
        there = c.x_of(s)
        who = c.x_volunteer[there]
        for k in wanting:
            hers = there[who == k]
            others = there[who != k]
            for column in hers.tolist():
                yield block(1, [(0, others, 1), (0, [column], len(others))], high=len(others))


RULE = Rule(
    "alone",
    "Who wants to be alone has nobody beside her.",
    "volunteer",
    violations,
    rows=rows,
    changeable=False,
    in_format=False,
)
