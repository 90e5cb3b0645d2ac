"""A family and a volunteer who are never put into the same session."""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.columns import Columns
    from matching.rows import Rows


def violations(tally: Tally) -> Iterator[Violation]:
    for family, volunteer in tally.problem.avoid:
        for s in tally.sessions_of.get(volunteer, ()):
            if s.id in tally.families and family in tally.families[s.id]:
                yield Violation("avoid", {"session": s.id, "family": family, "volunteer": volunteer})


def rows(c: Columns) -> Iterable[Rows]:
    yield c.avoid()


RULE = Rule("avoid", "Family and volunteer are not in the same session.", "volunteer", violations, rows=rows)
