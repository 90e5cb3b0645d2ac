"""A family has seats only where somebody in the session holds each code that it needs: a language,
a woman, a tutor whom it knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.rules.qualification import holds_for
from matching.rules.rule import Facts, Question, Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows


def violations(tally: Tally) -> Iterator[Violation]:
    for q, s in tally.seated:
        here = [tally.problem.volunteer_of[v] for v in tally.people.get(s.id, ())]
        for code in q.needs:
            if not any(holds_for(tally.problem, her, code, s) for her in here):
                yield Violation("needs", {"request": q.id, "session": s.id, "code": code})


def shows(violation: Violation, question: Question) -> Facts:
    return {"code": violation.named("code")}


def rows(c: Columns) -> Iterable[Rows]:
    from matching.arrays.rows import block

    for k, q in enumerate(c.problem.requests):
        for column in c.y[c.y_request == k].tolist() if q.needs else ():
            session = int(c.y_session[column - len(c.x)])
            for code in q.needs:
                seated = (0, [column], 1)
                held = (0, c.holders(session, code), -1)
                yield block(1, [seated, held], high=0)


RULE = Rule(
    "needs",
    "Somebody in the session holds what the family needs.",
    "family",
    violations,
    shows=shows,
    rows=rows,
    in_format=False,
)
