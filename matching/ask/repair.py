"""After a disruption: the plan that restores the most while moving the fewest, quickly.

The plan that people were told counts as `current`, so every line of it that goes costs the price
`change`. What the disruption does not touch stays where it is; the sessions that it touches are
solved again, exactly, with everybody who could serve or sit there. Whoever it has freed may be
needed elsewhere, and where a place stays empty someone else may be better moved: in a second
attempt the sessions in which they could be, and those that they have, are set free too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from matching.ask.compare import Turn, turns
from matching.ask.disruptions import Disruption
from matching.ask.exactly import bound_of, solve_vicinity
from matching.ask.vicinity import Surroundings
from matching.check import Verdict, check
from matching.plan import Plan
from matching.problem import Problem
from matching.progress import gap_between
from matching.rules import Violation, may_seat, may_take

WIDER = 40  # sessions that are set free in the second attempt
MOST = 1000  # places below `target` that weigh less than one below `min`
ROUNDS = 3  # of further attempts, each around whom the one before has moved


class CannotRepair(RuntimeError):
    """No sound plan was found around the disruption: the given plan was not sound before it.

    Carries the verdict.
    """

    def __init__(self, verdict: Verdict) -> None:
        broken = sorted({violation.rule for violation in verdict.violations})
        super().__init__(f"the plan breaks rules, and would after it: {', '.join(broken)}")
        self.verdict = verdict


@dataclass(frozen=True)
class Repaired:
    """`problem` is what the plan is for now. `volunteers` and `requests` must be told, least
    disturbed first.

    `verdict` judges the new plan.
    """

    problem: Problem
    plan: Plan
    verdict: Verdict
    volunteers: tuple[Turn, ...]
    requests: tuple[Turn, ...]

    @cached_property
    def bound(self) -> int:
        """What no plan for this problem can cost less than; proven when it is first asked for,
        which can take longer than the repair."""
        return min(bound_of(self.problem), self.verdict.total)

    @property
    def gap(self) -> float:
        """How far at most the plan is from the best possible, as a share of its cost."""
        return gap_between(self.verdict.total, self.bound) or 0.0


def repair(
    problem: Problem, plan: Plan, disruptions: Sequence[Disruption], seed: int = 0
) -> Repaired:
    """Heal `plan` after `disruptions` (applied in order).

    KeyError for an id that is not there; CannotRepair.
    """
    told = plan
    touched = set[str]()
    for disruption in disruptions:
        known = _known(problem, told)
        touched |= set(disruption.sessions(problem, known))
        problem = disruption.apply(problem, known)
    problem = replace(problem, current=_known(problem, told))
    touched = {s for s in touched if s in problem.session_of}
    kept = _still_good(problem, told, touched)
    touched |= _lost_sessions(problem, problem.current or Plan(), kept)
    best = _solved(Surroundings(problem, kept), touched, _freed(told, kept), seed)
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


def _freed(told: Plan, now: Plan) -> frozenset[str]:
    """Volunteers and requests that have lost something: they may be wanted elsewhere."""
    lines = {*told.assignments, *told.seats} - {*now.assignments, *now.seats}
    return frozenset(who for who, _ in lines)


def _solved(around: Surroundings, touched: set[str], freed: Collection[str], seed: int) -> Plan:
    """The best plan in which only what the disruption concerns changes: first the sessions that it
    touches, then wider, as long as that pays."""
    best = around.plan
    if touched:
        near = around.cut(touched)
        best = near.whole(solve_vicinity(near, seed).plan)
    free = set(touched)
    for _ in range(ROUNDS):
        broken = check(around.problem, best).violations
        concerned = {*freed, *(v for violation in broken for v in violation.volunteers)}
        concerned |= {str(violation.facts.get("request")) for violation in broken}
        wider = free | _named(around, broken) | set(_chances(around, best, free, concerned))
        if wider == free:
            break
        free = wider
        better = _wider(around, best, free, bool(broken), seed)
        if better is None:
            break
        freed = {*concerned, *_freed(best, better)}
        best = better
    return best


def _named(around: Surroundings, broken: Iterable[Violation]) -> set[str]:
    """The sessions that broken rules speak of: of a shift, a group, a party."""
    problem = around.problem
    named = {str(what) for violation in broken for what in violation.facts.values()}
    of_shifts = {problem.shift_of[h][0].id for h in named & problem.shift_of.keys()}
    of_groups = {s.id for s in problem.sessions if named & {s.alternatives, *s.groups}}
    seated = [q.id for q in problem.requests if q.party in named]
    of_parties = {s for q in seated for s in around.of_request[q]}
    return named & problem.session_of.keys() | of_shifts | of_groups | of_parties


def _wider(
    around: Surroundings, best: Plan, free: set[str], any_is_better: bool, seed: int
) -> Plan | None:
    """A better plan in which these sessions change, None if there is none. Outside the cut the two
    are the same, so it is enough to judge them inside."""
    wide = around.cut(free)
    answer = solve_vicinity(wide, seed)
    before = check(wide.problem, wide.inside(best)).total
    if answer.found and (any_is_better or check(wide.problem, answer.plan).total < before):
        return wide.whole(answer.plan)
    return None


def _chances(
    around: Surroundings, plan: Plan, free: set[str], freed: Collection[str]
) -> Iterable[str]:
    """Further sessions to set free, at most WIDER: what the freed have otherwise, where they could
    be and something is missing, then what the people have who could fill the places that are still
    empty."""
    missing = _missing(around.problem, plan)
    could = around.chances(freed) - free
    hers = {s for who in freed for s in (*around.of_volunteer[who], *around.of_request[who])}
    in_order = sorted(could, key=lambda s: (s not in hers, -missing.get(s, 0), s))
    empty = {s for s in free if missing.get(s, 0)}
    return [*in_order, *sorted(around.elsewhere(empty, WIDER) - free - could)][:WIDER]


def _missing(problem: Problem, plan: Plan) -> dict[str, int]:
    """How many people each session could still do with: below `min` counts most, then below
    `target`."""
    heads = Counter(shift for _, shift in plan.assignments)
    return {
        s.id: sum(
            MOST * max(0, h.min - heads[h.id]) + max(0, h.target - heads[h.id]) for h in s.shifts
        )
        for s in problem.sessions
    }
