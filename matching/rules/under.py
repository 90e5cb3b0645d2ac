"""Children missing to the fewest that a required session with seats is worth holding for.

An optional one does not take place without them (rule open_without_families)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matching.problem import Problem
from matching.rules.goal import Goal
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.program.objective import Objective


def asked(problem: Problem) -> bool:
    return problem.weights.under > 0


def cost(tally: Tally) -> int:
    return tally.problem.weights.under * sum(
        max(0, s.seats.min - tally.children[s.id])
        for s in tally.problem.sessions
        if s.required and s.seats
    )


def terms(o: Objective) -> None:
    import numpy as np

    c = o.columns
    few = np.where(c.required, np.maximum(c.seat_limit("min"), 0), 0)
    lack = o.add(np.full(len(few), c.problem.weights.under), few)
    number = np.arange(len(few))
    o.row(len(few), [(c.y_session, c.y, c.y_children), (number, lack, 1)], low=few)


def most(problem: Problem) -> int:
    return problem.weights.under * sum(s.seats.min for s in problem.sessions if s.seats)


GOAL = Goal("under", "Children missing in required sessions.", asked, cost, terms, most)
