"""How many children one volunteer meets, in all her sessions together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.rules.rule import Facts, Question, Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.marks import Marked
    from matching.arrays.rows import Rows

NAME = "max_children"


def violations(tally: Tally) -> Iterator[Violation]:
    for her in tally.agreeing():
        if her.max_children is not None:
            hers = {s.id for s in tally.sessions_of[her.id]}
            excess = sum(tally.children[s] for s in hers) - her.max_children
            if excess > 0:
                yield Violation(NAME, {"volunteer": her.id}, excess)


def shows(violation: Violation, question: Question) -> Facts:
    return {"limit": question.problem.volunteer_of[violation.named("volunteer")].max_children}


def marks(c: Columns) -> Iterable[Marked]:
    """A meeting is marked if she is in the session and the request has seats there."""
    import numpy as np

    from matching.arrays.marks import Marked

    found = []
    for her in c.problem.agreeing:
        if her.max_children is not None:
            k = c.volunteers.index[her.id]
            for x in c.x[c.x_volunteer == k].tolist():
                for y in c.y[c.y_session == c.x_session[x]].tolist():
                    found.append((x, k, y))
            meetings = sorted({(who, y) for _, who, y in found if who == k})
            found += [(y, who, y) for who, y in meetings]
    columns, who, seat = np.array(found, np.int64).reshape(-1, 3).T
    yield Marked(NAME, columns, [who, seat], need=2)


def rows(c: Columns) -> Iterable[Rows]:
    group = c.marks.of[NAME]
    who, seat = group.keys
    children = c.y_children[seat - len(c.x)]
    for her in c.problem.agreeing:
        if her.max_children is not None:
            mine = who == c.volunteers.index[her.id]
            yield c.weighed(group.columns[mine], children[mine], her.max_children)


RULE = Rule(
    NAME,
    "Not more children in all her sessions than she said.",
    "volunteer",
    violations,
    shows=shows,
    rows=rows,
    marks=marks,
    changeable=True,
    in_format=False,
)
