"""A rising price for each further service of a kind, so that nights, weekends or heavy work go
round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matching.problem import Problem, Volunteer
from matching.rules.goal import Goal
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.program.objective import Objective


def asked(problem: Problem) -> bool:
    return bool(problem.weights.kinds)


def before(her: Volunteer, kind: str) -> int:
    """How many of the kind she gave in the look-back period."""
    return (her.load_before_of or {}).get(kind, 0)


def cost(tally: Tally) -> int:
    total = 0
    for kind, price in (tally.problem.weights.kinds or {}).items():
        for v, sessions in tally.sessions_of.items():
            had = before(tally.problem.volunteer_of[v], kind)
            n = sum(kind in s.kinds for s in sessions)
            total += price * sum(had + j for j in range(n))
    return total


def terms(o: Objective) -> None:
    import numpy as np

    c = o.columns
    for kind, price in (c.problem.weights.kinds or {}).items():
        of_kind = np.array([kind in s.kinds for s in c.sessions], bool)
        mine = np.flatnonzero(of_kind[c.x_session])
        had = np.array([before(v, kind) for v in c.problem.volunteers], np.int64)
        o.charge(mine, price * had[c.x_volunteer[mine]])
        o.rising(mine, price, np.bincount(c.x_volunteer[mine], minlength=c.volunteers.size))


def most(problem: Problem) -> int:
    places = sum(h.most for s in problem.sessions for h in s.shifts)
    total = 0
    for kind, price in (problem.weights.kinds or {}).items():
        had = max((before(v, kind) for v in problem.volunteers), default=0)
        total += price * places * (had + len(problem.sessions))
    return total


GOAL = Goal("kinds", "Who has many services of a kind gets further ones.", asked, cost, terms, most)
