"""What a volunteer said a session of her choice costs her, or, below 0, is worth to her."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matching.problem import Problem
from matching.rules.goal import Goal
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.program.objective import Objective


def asked(problem: Problem) -> bool:
    return any(v.choices for v in problem.volunteers)


def cost(tally: Tally) -> int:
    return sum((v.choices or {}).get(s.id, 0) for v, s, _ in tally.placed)


def terms(o: Objective) -> None:
    import numpy as np

    c = o.columns
    price = np.zeros(len(c.x))
    for k, v in enumerate(c.problem.volunteers):
        for session, cost_of_it in (v.choices or {}).items():
            if session in c.session_index:
                there = c.x_of(c.session_index[session])
                price[there[c.x_volunteer[there] == k]] = cost_of_it
    o.charge(c.x, price)


def most(problem: Problem) -> int:
    return sum(abs(price) for v in problem.volunteers for price in (v.choices or {}).values())


def least(problem: Problem) -> int:
    return sum(min(0, price) for v in problem.volunteers for price in (v.choices or {}).values())


GOAL = Goal(
    "preferences",
    "What volunteers said that sessions cost them beyond the way.",
    asked,
    cost,
    terms,
    most,
    least,
)
