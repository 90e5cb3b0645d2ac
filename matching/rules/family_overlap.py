"""Of two sessions of a request the later starts no earlier than the earlier's end."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.problem import Session
from matching.rules.rule import Facts, Question, Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows


def together(a: Session, b: Session) -> bool:
    """True if `b`, which starts no earlier, starts before `a` ends."""
    return b.span[0] < a.span[1]


def violations(tally: Tally) -> Iterator[Violation]:
    for q, sessions in tally.seats_of.items():
        ordered = sorted(sessions, key=lambda s: s.span[0])
        for a, b in itertools.pairwise(ordered):
            if together(a, b):
                yield Violation("family_overlap", {"request": q})


def shows(violation: Violation, question: Question) -> Facts:
    asked = question.session
    other = next(
        other
        for other in question.before.seats_of[violation.named("request")]
        if together(*sorted((asked, other), key=lambda s: s.span[0]))
    )
    return {"other": other.id, "other_at": question.at(other)}


def rows(c: Columns) -> Iterable[Rows]:
    from matching.arrays.cliques import not_together

    yield not_together(c, c.y, c.y_request, c.y_session, together, c.one_of_both_seats)


RULE = Rule(
    "family_overlap",
    "The family's sessions do not overlap.",
    "family",
    violations,
    shows=shows,
    rows=rows,
)
