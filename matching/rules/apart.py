"""Two volunteers who are never put into the same session."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows


def violations(tally: Tally) -> Iterator[Violation]:
    for a, b in tally.problem.apart:
        if a in tally.sessions_of and b in tally.sessions_of:
            shared = {s.id for s in tally.sessions_of[a]} & {s.id for s in tally.sessions_of[b]}
            for s in sorted(shared):
                yield Violation("apart", {"session": s, "pair": [a, b]})


def rows(c: Columns) -> Iterable[Rows]:
    # Each of the two has one shift there at most (rule one_place), so the sum of both is what
    # matters.
    def pairs() -> Iterator[tuple[list[int], float]]:
        for a, b in c.problem.apart:
            hers = c.by_volunteer.get(a, {})
            others = c.by_volunteer.get(b, {})
            for s in sorted(hers.keys() & others.keys()):
                yield (hers[s], 0) if a == b else (hers[s] + others[s], 1)

    yield c.together(pairs())


RULE = Rule(
    "apart",
    "The two are not in the same session.",
    "volunteer",
    violations,
    rows=rows,
    changeable=False,
)
