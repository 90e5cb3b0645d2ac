"""A beginner serves beside somebody experienced, not more of them than each of those can look
after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.agreements import Supervision
from matching.problem import Problem, Session, Volunteer
from matching.rules.qualification import holds_for
from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows


def concerns(rule: Supervision, session: Session) -> bool:
    """True if it holds in this session."""
    return rule.programmes is None or session.programme in rule.programmes


def weight(problem: Problem, rule: Supervision, her: Volunteer, session: Session) -> int:
    """1 for a beginner, minus the ratio for who looks after some, else 0."""
    novice = holds_for(problem, her, rule.novice, session)
    looks_after = not novice if rule.by is None else holds_for(problem, her, rule.by, session)
    return -rule.ratio if looks_after else int(novice)


def violations(tally: Tally) -> Iterator[Violation]:
    problem = tally.problem
    for rule in problem.supervision:
        for s, people in tally.people.items():
            session = problem.session_of[s]
            if concerns(rule, session):
                here = (problem.volunteer_of[v] for v in people)
                excess = sum(weight(problem, rule, her, session) for her in here)
                if excess > 0:
                    yield Violation("supervision", {"session": s, "code": rule.novice}, excess)


def rows(c: Columns) -> Iterable[Rows]:
    from matching.arrays.rows import block

    people = c.problem.volunteers
    for rule in c.problem.supervision:
        for k, s in enumerate(c.sessions):
            if concerns(rule, s):
                there = c.x_of(k)
                who = c.x_volunteer[there].tolist()
                weights = [weight(c.problem, rule, people[v], s) for v in who]
                if max(weights, default=0) > 0:
                    yield block(1, [(0, there, weights)], high=0)


RULE = Rule(
    "supervision",
    "A beginner has somebody experienced beside her.",
    "volunteer",
    violations,
    rows=rows,
    changeable=False,
    in_format=False,
)
