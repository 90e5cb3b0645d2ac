"""After a disruption: the plan that restores the most while moving the fewest, quickly.

The plan that people were told counts as `current`, so every line of it that goes costs the price
`change`. What the disruption does not touch stays where it is; the sessions that it touches are
solved again, exactly, with everybody who could serve or sit there. Where a place stays empty, the
other sessions of those people are set free too, in case one of them is better moved and her place
filled by someone else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.ask.compare import Turn, turns
from matching.ask.disruptions import Disruption
from matching.ask.vicinity import Surroundings, Vicinity
from matching.check import Verdict, check
from matching.plan import Plan
from matching.problem import Problem
from matching.program.fixing import of_sessions, released
from matching.program.program import Reduced, model
from matching.rules import may_seat, may_take

WIDER = 40  # sessions that are set free in the second attempt
SECONDS = 10.0  # an exact solve of a vicinity takes hundredths of this


class CannotRepair(RuntimeError):
    """No sound plan was found around the disruption: the given plan was not sound before it.

    Carries the verdict.
    """

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(f"{len(verdict.violations)} rules stay broken")
        self.verdict = verdict


@dataclass(frozen=True)
class Repaired:
    """`problem` is what the plan is for now. `volunteers` and `requests` must be told, least
    disturbed first.

    `lost` lines could not be kept and nobody took them over; `before` and `verdict` judge the given
    and the new plan.
    """

    problem: Problem
    plan: Plan
    verdict: Verdict
    volunteers: tuple[Turn, ...]
    requests: tuple[Turn, ...]


def repair(
    problem: Problem, plan: Plan, disruptions: Sequence[Disruption], seed: int = 0
) -> Repaired:
    """Heal `plan` after `disruptions` (applied in order).

    KeyError for an id that is not there; CannotRepair.
    """
    told = plan
    touched = set[str]()
    for disruption in disruptions:
        touched |= set(disruption.sessions(problem, told))
        problem = disruption.apply(problem, told)
    problem = replace(problem, current=_known(problem, told))
    touched = {s for s in touched if s in problem.session_of}
    kept = _still_good(problem, told, touched)
    touched |= _lost_sessions(problem, problem.current or Plan(), kept)
    best = _solved(Surroundings(problem, kept), touched, seed)
    verdict = check(problem, best)
    if not verdict.sound:
        raise CannotRepair(verdict)
    return Repaired(
        problem,
        best,
        verdict,
        turns(told.assignments, best.assignments),
        turns(told.seats, best.seats),
    )


def _known(problem: Problem, plan: Plan) -> Plan:
    """The lines of a plan whose ids are still there."""
    return Plan(
        tuple(
            (v, h)
            for v, h in plan.assignments
            if v in problem.volunteer_of and h in problem.shift_of
        ),
        tuple((q, s) for q, s in plan.seats if q in problem.request_of and s in problem.session_of),
    )


def _still_good(problem: Problem, plan: Plan, touched: set[str]) -> Plan:
    """The plan without the lines that the disruption made impossible; those of touched sessions are
    tried one by one."""
    known = _known(problem, plan)
    kept = Plan(
        tuple(a for a in known.assignments if problem.shift_of[a[1]][0].id not in touched),
        tuple(y for y in known.seats if y[1] not in touched),
    )
    for volunteer, shift in known.assignments:
        if problem.shift_of[shift][0].id in touched and not may_take(
            problem, kept, volunteer, shift
        ):
            kept = kept.with_assignment(volunteer, shift)
    for request, session in known.seats:
        if session in touched and not may_seat(problem, kept, request, session):
            kept = Plan(kept.assignments, (*kept.seats, (request, session)))
    return kept


def _lost_sessions(problem: Problem, told: Plan, kept: Plan) -> set[str]:
    gone = {problem.shift_of[h][0].id for _, h in set(told.assignments) - set(kept.assignments)}
    return gone | {s for _, s in set(told.seats) - set(kept.seats)}


def _solved(around: Surroundings, touched: set[str], seed: int) -> Plan:
    """The best plan in which only these sessions change; a wider second attempt where the first
    leaves something missing."""
    if not touched:
        return around.plan
    near = around.cut(touched)
    best = solve_vicinity(near, seed)
    if _misses(near.problem, best, touched):
        wide = around.cut(touched | around.elsewhere(touched, WIDER))
        better = solve_vicinity(wide, seed)
        # Outside the wide cut the two plans are the same, so it is enough to judge them inside.
        if (
            check(wide.problem, better).total
            < check(wide.problem, wide.inside(near.whole(best))).total
        ):
            return wide.whole(better)
    return near.whole(best)


def _misses(problem: Problem, plan: Plan, sessions: set[str]) -> bool:
    """Someone is missing in one of the sessions, or it does not take place any more."""
    heads: dict[str, int] = {}
    for _, shift in plan.assignments:
        heads[shift] = heads.get(shift, 0) + 1
    return any(heads.get(h.id, 0) < h.min for s in sessions for h in problem.session_of[s].shifts)


def solve_vicinity(near: Vicinity, seed: int = 0) -> Plan:
    """The best plan of a vicinity, exactly; the plan it came with where nothing sound is found in
    time."""
    from matching.solvers.engines import solve

    columns, program = model(near.problem)
    free = np.array([s.id in near.free for s in columns.sessions], bool)
    values = columns.vector(near.plan, program.size)
    reduced: Reduced = released(columns, program, of_sessions(columns, program.size, free), values)
    solved = solve(reduced.program, SECONDS, seed)
    return near.plan if solved.values is None else columns.plan(reduced.whole(solved.values))
