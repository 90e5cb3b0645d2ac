"""Two volunteers who come to a session both or not at all; or who like to, which is worth
something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.problem import Problem
from matching.rules.goal import Goal
from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows
    from matching.program.objective import Objective


def pairs(problem: Problem) -> Iterator[tuple[str, str, int | None]]:
    """Those of whom both are there."""
    for a, b, strength in problem.together:
        if a in problem.volunteer_of and b in problem.volunteer_of:
            yield a, b, strength


def sessions(tally: Tally, volunteer: str) -> set[str]:
    return {s.id for s in tally.sessions_of.get(volunteer, ())}


def violations(tally: Tally) -> Iterator[Violation]:
    for a, b, strength in pairs(tally.problem):
        if strength is None:
            for s in sorted(sessions(tally, a) ^ sessions(tally, b)):
                yield Violation("together", {"session": s, "pair": [a, b]})


def rows(c: Columns) -> Iterable[Rows]:
    from matching.arrays.rows import block

    # Each of the two has one shift there at most (rule one_place).
    for a, b, strength in pairs(c.problem):
        if strength is None:
            hers = c.by_volunteer.get(a, {})
            others = c.by_volunteer.get(b, {})
            for s in sorted(hers.keys() | others.keys()):
                both = [(0, hers.get(s, []), 1), (0, others.get(s, []), -1)]
                yield block(1, both, low=0, high=0)


def asked(problem: Problem) -> bool:
    return any(strength for _, _, strength in problem.together)


def cost(tally: Tally) -> int:
    return -sum(
        tally.problem.weights.know * strength * len(sessions(tally, a) & sessions(tally, b))
        for a, b, strength in pairs(tally.problem)
        if strength
    )


def terms(o: Objective) -> None:
    c = o.columns
    worth = c.problem.weights.know
    for a, b, strength in pairs(c.problem):
        hers = c.by_volunteer.get(a, {})
        others = c.by_volunteer.get(b, {})
        for s in sorted(hers.keys() & others.keys()) if strength and worth else ():
            both = o.add([-worth * (strength or 0)], 1)
            for side in (hers[s], others[s]):
                o.row(1, [(0, side, 1), (0, both, -1)], low=0)


def most(problem: Problem) -> int:
    strengths = sum(strength or 0 for _, _, strength in problem.together)
    return problem.weights.know * strengths * len(problem.sessions)


def least(problem: Problem) -> int:
    return -most(problem)


RULE = Rule(
    "together",
    "The two come both or not at all.",
    "volunteer",
    violations,
    rows=rows,
    changeable=False,
    in_format=False,
)
GOAL = Goal(
    "together", "Less what it is worth that two meet who like to.", asked, cost, terms, most, least
)
