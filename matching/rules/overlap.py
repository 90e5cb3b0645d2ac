"""Of two timed sessions the later starts after the earlier's end; on the same day, plus the way
between the places."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.problem import DAY, Session, Travel
from matching.rules.rule import Facts, Question, Rule, Violation
from matching.tally import Tally
from matching.travel import travel_minutes

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows


def too_close(travel: Travel, a: Session, b: Session) -> bool:
    """True if nobody can do both, `a` being the one that starts first."""
    a_start, a_end = a.span
    b_start, _ = b.span
    way = travel_minutes(travel, a.place, b.place) if a_start // DAY == b_start // DAY else 0
    return b_start < a_end + way


def violations(tally: Tally) -> Iterator[Violation]:
    # Neighbours in time are enough: if each neighbour can be reached, so can every later session.
    for v in tally.sessions_of:
        sessions = tally.timed(v)
        for a, b in itertools.pairwise(sessions):
            if a.id != b.id and too_close(tally.problem.travel, a, b):
                yield Violation("overlap", {"volunteer": v, "sessions": [a.id, b.id]})


def shows(violation: Violation, question: Question) -> Facts:
    both = violation.facts["sessions"]
    assert isinstance(both, list)
    first, second = (question.problem.session_of[s] for s in both)
    other = first if second.id == question.session.id else second
    return {
        "other": other.id,
        "other_at": question.at(other),
        "gap": second.span[0] - first.span[1],
        "way": travel_minutes(question.problem.travel, first.place, second.place),
    }


def rows(c: Columns) -> Iterable[Rows]:
    from matching.arrays.cliques import not_together

    travel = c.problem.travel
    yield not_together(
        c, c.x, c.x_volunteer, c.x_session, lambda a, b: too_close(travel, a, b), c.one_of_both
    )


RULE = Rule(
    "overlap",
    "Her sessions do not overlap, the way between them included.",
    "volunteer",
    violations,
    shows=shows,
    rows=rows,
    changeable=True,
)
