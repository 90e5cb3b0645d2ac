"""A family and a volunteer who are never put into the same session."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows


def violations(tally: Tally) -> Iterator[Violation]:
    for family, volunteer in tally.problem.avoid:
        for s in tally.sessions_of.get(volunteer, ()):
            if s.id in tally.families and family in tally.families[s.id]:
                yield Violation(
                    "avoid", {"session": s.id, "family": family, "volunteer": volunteer}
                )


def rows(c: Columns) -> Iterable[Rows]:
    def pairs() -> Iterator[tuple[list[int], float]]:
        for family, volunteer in c.problem.avoid:
            hers = c.by_volunteer.get(volunteer, {})
            theirs = c.by_family.get(family, {})
            for s in sorted(hers.keys() & theirs.keys()):
                yield from ((hers[s] + [seat], 1) for seat in theirs[s])

    yield c.together(pairs())


RULE = Rule(
    "avoid",
    "Family and volunteer are not in the same session.",
    "volunteer",
    violations,
    rows=rows,
    changeable=False,
)
