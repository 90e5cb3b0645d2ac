"""A small part of a plan solved exactly, and how far a whole plan can be from the best: where a
question needs a solver."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.ask.vicinity import Vicinity
from matching.cost import least_cost
from matching.plan import Plan
from matching.problem import Problem
from matching.program.bound import dual_bound, scaled
from matching.program.fixing import holds_outside, of_sessions, released
from matching.program.program import Program, Reduced, model

SECONDS = 10.0  # an exact solve of a vicinity takes hundredths of this
SMALL = 4000  # columns of a program that is solved exactly for its bound, too


@dataclass(frozen=True, slots=True)
class VicinityAnswer:
    """`plan` is the best one, or the one that the vicinity came with where nothing sound was found
    in time; `found` tells them apart. `impossible`: it is proven that there is none that
    keeps what the vicinity holds."""

    plan: Plan
    found: bool
    impossible: bool


def solve_vicinity(near: Vicinity, seed: int = 0) -> VicinityAnswer:
    """The best plan of a vicinity, exactly."""
    from matching.solvers.engines import solve

    columns, program = model(near.problem)
    free = np.array([s.id in near.free for s in columns.sessions], bool)
    values = columns.vector(near.plan, program.size)
    reduced: Reduced = released(columns, program, of_sessions(columns, program.size, free), values)
    if not holds_outside(columns, program, reduced):
        return VicinityAnswer(near.plan, False, True)
    solved = solve(reduced.program, SECONDS, seed)
    if solved.values is None:
        return VicinityAnswer(near.plan, False, solved.infeasible)
    return VicinityAnswer(columns.plan(reduced.whole(solved.values)), True, False)


def bound_of(problem: Problem) -> int:
    """What no plan for this problem can cost less than: exactly where the problem is small, by its
    relaxation otherwise."""
    _, program = model(problem)
    bound = max(least_cost(problem), _relaxed_bound(program))
    if program.size <= SMALL:
        bound = max(bound, _exact_bound(program, bound))
    return bound


def _relaxed_bound(program: Program) -> int:
    from matching.solvers.engines import relax

    duals = relax(program, SECONDS).duals
    if duals is None:
        duals = np.zeros(program.rows.size)
    return dual_bound(program, scaled(program, duals))


def _exact_bound(program: Program, otherwise: int) -> int:
    from matching.solvers.engines import solve

    proven = solve(program, SECONDS).bound
    return int(np.ceil(proven)) if np.isfinite(proven) else otherwise
