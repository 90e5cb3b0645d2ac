"""Of two timed sessions the later starts after the earlier's end; on the same day, plus the way
between the places.

What she has promised elsewhere counts as a session of hers, which no plan can move.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.problem import DAY, Commitment, Problem, Session, Travel, Volunteer
from matching.rules.rule import Facts, Question, Rule, Violation
from matching.tally import Tally
from matching.travel import travel_minutes

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Ints, Rows


Held = Session | Commitment


def too_close(travel: Travel, a: Held, b: Held) -> bool:
    """True if nobody can do both, `a` being the one that starts first."""
    a_start, a_end = a.span
    b_start, _ = b.span
    way = travel_minutes(travel, a.place, b.place) if a_start // DAY == b_start // DAY else 0
    return b_start < a_end + way


def _clash(travel: Travel, session: Session, commitment: Commitment) -> bool:
    return too_close(travel, *_in_order(session, commitment))


def _in_order(a: Held, b: Held) -> tuple[Held, Held]:
    """The one that starts first, then the other."""
    return (a, b) if a.span[0] <= b.span[0] else (b, a)


def violations(tally: Tally) -> Iterator[Violation]:
    # Neighbours in time are enough: if each neighbour can be reached, so can every later session.
    for v in tally.sessions_of:
        sessions = tally.timed(v)
        for a, b in itertools.pairwise(sessions):
            if a.id != b.id and too_close(tally.problem.travel, a, b):
                yield Violation("overlap", {"volunteer": v, "sessions": [a.id, b.id]})
        yield from _beside(tally.problem, tally.problem.volunteer_of[v], sessions)


def _beside(problem: Problem, her: Volunteer, sessions: Iterable[Session]) -> Iterator[Violation]:
    """Every session against every commitment: those may lie over each other, which is no plan's
    fault, and then neighbours do not show who is in the way."""
    distinct = {s.id: s for s in sessions}.values() if her.commitments else ()
    for commitment in her.commitments:
        for s in distinct:
            if commitment.start is not None and _clash(problem.travel, s, commitment):
                names = [one.id for one in _in_order(s, commitment)]
                yield Violation("overlap", {"volunteer": her.id, "sessions": names})


def shows(violation: Violation, question: Question) -> Facts:
    both = violation.facts["sessions"]
    assert isinstance(both, list)
    first, second = (_held(question, violation, name) for name in both)
    other = first if second.id == question.session.id else second
    return {
        "other": other.id,
        "other_at": question.at(other),
        "gap": second.span[0] - first.span[1],
        "way": travel_minutes(question.problem.travel, first.place, second.place),
    }


def _held(question: Question, violation: Violation, name: str) -> Held:
    found = question.problem.session_of.get(name)
    if found:
        return found
    her = question.problem.volunteer_of[violation.named("volunteer")]
    return next(c for c in her.commitments if c.id == name)


def rows(c: Columns) -> Iterable[Rows]:
    from matching.arrays.cliques import not_together

    travel = c.problem.travel
    yield not_together(
        c, c.x, c.x_volunteer, c.x_session, lambda a, b: too_close(travel, a, b), c.one_of_both
    )
    yield c.together((columns, 0) for columns in _ruled_out(c))


def _ruled_out(c: Columns) -> Iterator[list[int]]:
    """For each commitment the columns that lie too close to it."""
    for person, hers in zip(c.problem.volunteers, c.timed_of, strict=False):
        for commitment in person.commitments:
            if commitment.start is not None:
                yield [
                    column
                    for column in _near(c, hers, commitment)
                    if _clash(c.problem.travel, c.sessions[c.x_session[column]], commitment)
                ]


def _near(c: Columns, columns: Ints, commitment: Commitment) -> list[int]:
    """Those of sessions that start on the same day or overlap; no others can be too close."""
    start, end = commitment.span
    session = c.x_session[columns]
    same_day = c.day[session] == start // DAY
    over = (c.start[session] < end) & (c.end[session] > start)
    found: list[int] = columns[same_day | over].tolist()
    return found


RULE = Rule(
    "overlap",
    "Her sessions do not overlap, the way between them included.",
    "volunteer",
    violations,
    shows=shows,
    rows=rows,
    changeable=True,
)
