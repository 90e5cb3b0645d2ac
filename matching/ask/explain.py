"""Why nobody, why (not) her, why it cannot be: answers as data, which a page turns into words.

Every statement here is about one problem and one plan, and can be tested by solving again: an
opening's change, made, lets that person take the shift; a placement's difference is the difference
of two checked plans; a clash's pins cannot all be kept, and any of them left out lets the others
be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matching.ask.candidates import Candidate, Desk, FunnelStep
from matching.ask.compare import Turn, turns
from matching.check import check
from matching.plan import Plan
from matching.problem import Problem
from matching.rules import CHANGEABLE, RULES, Violation


@dataclass(frozen=True, slots=True)
class Opening:
    """One change that would let one person take the shift: the single rule that keeps her out, and
    what she would then cost."""

    rule: str
    volunteer: str
    violations: tuple[Violation, ...]
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Nobody:
    """Why a shift is empty.

    If the funnel's last step is above 0, those people could come but are dearer there than where
    they are.
    """

    shift: str
    missing: int
    funnel: tuple[FunnelStep, ...]
    openings: tuple[Opening, ...]


@dataclass(frozen=True, slots=True)
class NotHer:
    """Why someone does not have a shift: the rules that refuse her in this plan, and what placing
    her there would cost and who would move.

    Where rules about what she has beside it refuse, the placement gives up something of hers, or of
    somebody else's (`gives_up`, her shifts): she could "if she leaves that, for so much more".
    `placement` is None where none was found; only if `impossible` is it proven that no sound plan
    has her there.
    """

    volunteer: str
    shift: str
    violations: tuple[Violation, ...]
    placement: Placement | None
    impossible: bool
    gives_up: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """The best plan found around this one with her on the shift: what it costs more (or less, if
    negative), and everybody whom it moves."""

    difference: int
    parts: dict[str, int]
    volunteers: tuple[Turn, ...]
    requests: tuple[Turn, ...]
    plan: Plan


@dataclass(frozen=True, slots=True)
class Her:
    """Why she has a shift: her own share of the cost, and who is next in line with the difference
    to the plan; None if nobody is."""

    volunteer: str
    shift: str
    parts: dict[str, int]
    next: Candidate | None
    difference: int | None


@dataclass(frozen=True, slots=True)
class Clash:
    """Pins that cannot all be kept, and no fewer of them clash.

    `rules` name what they break; empty if nobody else can complete them.
    """

    pins: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]


def why_nobody(
    problem: Problem, plan: Plan, shift: str, most: int = 5, desk: Desk | None = None
) -> Nobody:
    """The funnel of a shift and the cheapest single change of each kind, at most `most` of them.

    KeyError for an unknown shift.
    """
    desk = desk or Desk(problem, plan)
    h = problem.shift_of[shift][1]
    return Nobody(
        shift,
        max(0, h.min - desk.heads[shift]),
        tuple(desk.funnel(shift)),
        tuple(_openings(desk, shift)[:most]),
    )


def _openings(desk: Desk, shift: str) -> list[Opening]:
    """The cheapest person of each rule among those whom that rule alone keeps out, cheapest first;
    of equal ones whoever has said no to the session comes last."""
    session, h = desk.problem.shift_of[shift]
    best: dict[str, Opening] = {}
    for k in _nearly(desk, shift):
        person = desk.problem.volunteers[k]
        broken = desk.refusals(person.id, shift)
        rules = {v.rule for v in broken}
        if len(rules) != 1 or not rules <= set(CHANGEABLE):
            continue
        rule = broken[0].rule
        candidate = desk.candidate(person, session, h)
        if rule not in best or (candidate.difference, person.id) < (
            best[rule].candidate.difference,
            best[rule].volunteer,
        ):
            best[rule] = Opening(rule, person.id, broken, candidate)
    return sorted(
        best.values(),
        key=lambda o: (o.candidate.difference, o.rule == "ban", CHANGEABLE.index(o.rule)),
    )


def _nearly(desk: Desk, shift: str) -> list[int]:
    """Whom at most one rule about the pair keeps out: only they can be one change away."""
    session, h = desk.problem.shift_of[shift]
    refused = sum(
        (~rule.takes(desk.people, session, h)).astype(int) for rule in RULES if rule.takes
    )
    return [k for k, n in enumerate(refused.tolist()) if n <= 1]  # type: ignore[union-attr]


def why_not(problem: Problem, plan: Plan, volunteer: str, shift: str, seed: int = 0) -> NotHer:
    """Why she does not have the shift in this plan, and what it would take.

    A full shift is no refusal: then someone would have to move.
    """
    broken = tuple(
        v for v in Desk(problem, plan).refusals(volunteer, shift) if v.rule != "head_count"
    )
    if any(v.rule in BY_ITSELF for v in broken):
        return NotHer(volunteer, shift, broken, None, impossible=True)
    found, impossible = _placed(problem, plan, volunteer, shift, seed)
    lost = [turn.lost for turn in found.volunteers if turn.who == volunteer] if found else []
    gives_up = tuple(h for shifts in lost for h in shifts)
    return NotHer(volunteer, shift, broken, found, impossible, gives_up)


# What such a rule refuses, no other plan can allow.
BY_ITSELF = frozenset(rule.code for rule in RULES if rule.takes)


def _placed(
    problem: Problem, plan: Plan, volunteer: str, shift: str, seed: int
) -> tuple[Placement | None, bool]:
    """The placement, and whether it is proven that there is none: first near her, then wider, then
    with everything set free."""
    from matching.ask.exactly import solve_vicinity
    from matching.ask.repair import WIDER
    from matching.ask.vicinity import Surroundings

    session = problem.shift_of[shift][0].id
    pinned = replace(problem, pins=tuple(dict.fromkeys((*problem.pins, (volunteer, shift)))))
    around = Surroundings(pinned, plan)
    hers = {session, *around.of_volunteer[volunteer]}
    everything = {s.id for s in problem.sessions}
    attempts = [hers, hers | around.elsewhere(hers, WIDER), everything]
    if len(everything) <= WIDER:
        attempts = [everything]
    for free in attempts:
        near = around.cut(free)
        answer = solve_vicinity(near, seed)
        found = near.whole(answer.plan)
        if answer.found and check(pinned, found).sound:
            return _difference(problem, plan, found), False
    return None, answer.impossible


def _difference(problem: Problem, plan: Plan, found: Plan) -> Placement:
    after = check(problem, found)
    before = check(problem, plan)
    parts = {
        name: after.cost[name] - before.cost[name]
        for name in after.cost
        if after.cost[name] != before.cost[name]
    }
    moved = turns(plan.assignments, found.assignments), turns(plan.seats, found.seats)
    return Placement(after.total - before.total, parts, *moved, found)


def why_her(problem: Problem, plan: Plan, volunteer: str, shift: str) -> Her:
    """What she costs where she is, and who would be next.

    KeyError if she does not have the shift.
    """
    if (volunteer, shift) not in plan.assignments:
        raise KeyError(f"{volunteer} is not on {shift}")
    session, h = problem.shift_of[shift]
    without = Plan(
        tuple(pair for pair in plan.assignments if pair != (volunteer, shift)), plan.seats
    )
    desk = Desk(problem, without)
    mine = desk.candidate(problem.volunteer_of[volunteer], session, h)
    others = [c for c in desk.candidates(shift, 2) if c.volunteer != volunteer]
    if not others:
        return Her(volunteer, shift, mine.parts, None, None)
    instead = check(problem, without.with_assignment(others[0].volunteer, shift))
    difference = instead.total - check(problem, plan).total
    return Her(volunteer, shift, mine.parts, others[0], difference)


def why_infeasible(problem: Problem, seed: int = 0) -> tuple[Clash, ...]:
    """Smallest sets of pins that clash, disjoint, so that giving up one pin of each lets the rest
    be kept; empty if all can be."""
    from matching.ask.infeasible_pins import clashes

    return tuple(Clash(pins, _rules(problem, pins)) for pins in clashes(problem, seed))


# What fewer people could not mend: an optional session that is not yet staffed is no clash of the
# pins themselves.
COMPLETED_BY_OTHERS = frozenset({"open_without_staff", "open_without_families", "pin"})


def _rules(problem: Problem, pins: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    verdict = check(replace(problem, pins=()), Plan(tuple(pins)))
    return tuple(
        dict.fromkeys(v.rule for v in verdict.violations if v.rule not in COMPLETED_BY_OTHERS)
    )
