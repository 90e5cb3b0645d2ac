"""People who are asked beyond the target of a shift, to stand by: some of them come for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matching.problem import Problem
from matching.rules.goal import Goal
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.program.objective import Objective


def asked(problem: Problem) -> bool:
    return any(h.spare for s in problem.sessions for h in s.shifts)


def cost(tally: Tally) -> int:
    shifts = [h for s in tally.problem.sessions for h in s.shifts if h.spare]
    beyond = sum(max(0, tally.heads[h.id] - h.target) for h in shifts)
    return tally.problem.weights.surplus * beyond


def terms(o: Objective) -> None:
    import numpy as np

    from matching.arrays.places import most_asked

    c = o.columns
    w = c.problem.weights
    shifts = np.flatnonzero(most_asked(c) > c.target)
    number = np.arange(len(shifts))
    place = np.full(len(c.shifts), -1)
    place[shifts] = number
    mine = place[c.x_shift] >= 0
    # Whoever comes gives `target` back (Objective), but nobody does who stands by.
    beyond = o.add(np.full(len(shifts), w.target + w.surplus), (most_asked(c) - c.target)[shifts])
    held = c.open[c.shift_session[shifts]]  # nobody is asked for a session that is shut
    o.row(
        len(shifts),
        [
            (place[c.x_shift[mine]], c.x[mine], 1),
            (number, beyond, -1),
            (number, held, -c.target[shifts]),
        ],
        high=0,
    )


def most(problem: Problem) -> int:
    places = sum(h.spare for s in problem.sessions for h in s.shifts)
    return problem.weights.surplus * places


GOAL = Goal("surplus", "People asked beyond the target, to stand by.", asked, cost, terms, most)
