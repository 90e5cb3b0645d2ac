"""Rest between services: so many minutes after every session, or after those of a kind.

What she gave before and what she has promised elsewhere need their rest as well.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from matching.agreements import PastService, Rest
from matching.problem import DAY, Commitment, Session, Volunteer
from matching.rules.rule import Facts, Question, Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.people import Mask
    from matching.arrays.rows import Ints, Rows

Held = Session | Commitment | PastService


def rests_of(her: Volunteer) -> tuple[Rest, ...]:
    """Every rest that she needs."""
    always = (Rest(her.min_rest),) if her.min_rest else ()
    return (*always, *her.rests)


def disturbed(rests: tuple[Rest, ...], a: Held, b: Held) -> bool:
    """True if `a` and `b` are too close together, whichever of them begins first."""
    if _start(a) == _start(b):
        return _too_soon(rests, a, b) or _too_soon(rests, b, a)
    return _too_soon(rests, a, b) if _start(a) < _start(b) else _too_soon(rests, b, a)


def _start(held: Held) -> int:
    assert held.start is not None
    return held.start


def _too_soon(rests: tuple[Rest, ...], a: Held, b: Held) -> bool:
    """True if `b` begins within the rest that `a` needs."""
    assert a.end is not None
    free = _start(b) - a.end
    return any(
        free < rest.minutes
        for rest in rests
        if rest.after is None or (rest.after in a.kinds and not _goes_on(rest, a, b))
    )


def _goes_on(rest: Rest, a: Held, b: Held) -> bool:
    """True if `b` belongs to the series of `a`."""
    near = _start(b) // DAY <= _start(a) // DAY + 1
    return rest.series and rest.after in b.kinds and near


def violations(tally: Tally) -> Iterator[Violation]:
    for her in tally.agreeing():
        rests = rests_of(her)
        if rests:
            hers = list({s.id: s for s in tally.timed(her.id)}.values())
            for a, b in itertools.combinations(hers, 2):
                if disturbed(rests, a, b):
                    yield Violation("rest", {"volunteer": her.id, "sessions": [a.id, b.id]})
            for s in hers:
                if any(disturbed(rests, s, other) for other in beside(her)):
                    yield Violation("rest", {"volunteer": her.id, "sessions": [s.id]})


def beside(her: Volunteer) -> list[PastService | Commitment]:
    """What she has beside the plan that has a time."""
    return [*her.history, *(c for c in her.commitments if c.start is not None)]


def shows(violation: Violation, question: Question) -> Facts:
    her = question.problem.volunteer_of[violation.named("volunteer")]
    return {"limit": max(rest.minutes for rest in rests_of(her))}


def rows(c: Columns) -> Iterable[Rows]:
    from matching.arrays.cliques import not_together

    for rests, owners in _owners(c).items():
        mine = c.x_timed[owners[c.x_volunteer[c.x_timed]]]
        yield not_together(
            c,
            mine,
            c.x_volunteer[mine],
            c.x_session[mine],
            partial(disturbed, rests),
            _not_implied,
            reach=max(rest.minutes for rest in rests),
        )
    yield c.together((columns, 0) for columns in _ruled_out(c))


def _owners(c: Columns) -> dict[tuple[Rest, ...], Mask]:
    """Who has which rests."""
    import numpy as np

    found: defaultdict[tuple[Rest, ...], Mask] = defaultdict(
        lambda: np.zeros(c.volunteers.size, bool)
    )
    for v in c.problem.agreeing:
        rests = rests_of(v)
        if rests:
            found[rests][c.volunteers.index[v.id]] = True
    return found


def _not_implied(owner: Ints, a: Ints, b: Ints) -> Mask:
    return owner < 0


def _ruled_out(c: Columns) -> Iterator[list[int]]:
    """For each volunteer the columns that what she has beside leaves no rest for."""
    for person in c.problem.agreeing:
        rests = rests_of(person)
        others = beside(person) if rests else []
        yield [
            column
            for column in c.timed_of[c.volunteers.index[person.id]].tolist()
            if any(disturbed(rests, c.sessions[c.x_session[column]], one) for one in others)
        ]


RULE = Rule(
    "rest",
    "She has her rest between two services.",
    "volunteer",
    violations,
    shows=shows,
    rows=rows,
    changeable=True,
    in_format=False,
)
