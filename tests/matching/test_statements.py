"""What is said about a plan is true: random statements of each kind, made true or false by making
the change and judging, or solving, anew. THOROUGH times as many where somebody has the time: 40
give a thousand of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from matching.ask.candidates import Desk
from matching.ask.disruptions import (
    Cancel,
    CloseVenue,
    Decline,
    Disruption,
    Lapse,
    Move,
    Withdraw,
)
from matching.ask.explain import NotHer, why_not
from matching.ask.repair import CannotRepair, Repaired, repair
from matching.check import check
from matching.plan import Plan
from matching.problem import Problem
from matching.rules import RULES
from tests.matching.solved import best, solved_tiny, solved_wild
from tests.thorough import thorough

# Whether others come, too, is not hers; only that no other session instead of hers takes place.
HERS = {rule.code for rule in RULES if rule.asks in ("volunteer", "shift")} | {"alternatives"}


def solved_case(seed: int) -> tuple[Problem, Plan]:
    """Of both versions of the contract in turn."""
    if seed % 2:
        return solved_wild(seed)
    return solved_tiny(seed, volunteers=8, sessions=6, requests=5)


def cases(kind: str) -> Iterator[tuple[Problem, Plan, Random]]:
    """Small problems with a sound plan that may lack something of the best one."""
    for seed in range(10**6):
        r = Random(f"{kind}-{seed}")
        problem, plan = solved_case(seed)
        if problem.volunteers:
            yield problem, less(problem, plan, r), r


def less(problem: Problem, plan: Plan, r: Random) -> Plan:
    """The plan without some of its lines, where it is sound without them."""
    for line in r.sample(plan.assignments, min(2, len(plan.assignments))):
        fewer = Plan(tuple(a for a in plan.assignments if a != line), plan.seats)
        if check(problem, fewer).sound:
            plan = fewer
    return plan


def pairs(kind: str, at_least: int) -> Iterator[tuple[Problem, Plan, str, str]]:
    """Volunteers and shifts that they do not have, a few of each problem."""
    found = 0
    for problem, plan, r in cases(kind):
        free = [
            (v, h)
            for v in problem.volunteer_of
            for h in problem.shift_of
            if (v, h) not in plan.assignments
        ]
        for volunteer, shift in r.sample(free, min(8, len(free))):
            yield problem, plan, volunteer, shift
            found += 1
        if found >= at_least:
            return


def test_who_may_take_a_shift_breaks_nothing_and_who_may_not_breaks_what_is_said() -> None:
    allowed = 0
    for problem, plan, volunteer, shift in pairs("may", thorough(400)):
        said = {v.rule for v in Desk(problem, plan).refusals(volunteer, shift)}
        after = check(problem, plan.with_assignment(volunteer, shift))
        broken = {v.rule for v in after.violations} & HERS
        assert said == broken, (problem.name, volunteer, shift)
        allowed += not said
    assert allowed >= thorough(15)


def test_a_candidates_difference_is_the_judges_in_open_and_in_closed_sessions() -> None:
    seen = set()
    for problem, plan, volunteer, shift in pairs("difference", thorough(400)):
        desk = Desk(problem, plan)
        session, h = problem.shift_of[shift]
        said = desk.candidate(problem.volunteer_of[volunteer], session, h)
        before = check(problem, plan)
        after = check(problem, plan.with_assignment(volunteer, shift))
        if desk.heads[shift] < h.target:  # nobody is asked to be one too many
            parts = {k: n - before.cost[k] for k, n in after.cost.items() if n != before.cost[k]}
            assert said.parts == parts, (problem.name, volunteer, shift)
            assert said.difference == after.total - before.total
            seen.add(desk.is_open(session))
    assert seen == {True, False}


def test_siblings_in_one_session_count_once_for_who_knows_them() -> None:
    met = 0
    for problem, plan, r in cases("siblings"):
        volunteer = r.choice(problem.volunteers)
        wishes = tuple(replace(q, family="f0") for q in problem.requests)
        full = Plan(plan.assignments, tuple((q.id, s.id) for q in wishes for s in problem.sessions))
        problem = replace(problem, requests=wishes, knows=(("f0", volunteer.id, 2),))
        desk = Desk(problem, full)
        for session, h in problem.shift_of.values():
            if desk.heads[h.id] < h.target and (volunteer.id, h.id) not in plan.assignments:
                said = desk.candidate(volunteer, session, h)
                after = check(problem, full.with_assignment(volunteer.id, h.id))
                assert said.difference == after.total - check(problem, full).total
                met += len(wishes) > 1 and session.seats is not None
        if met >= thorough(5):
            return


def test_a_placement_is_sound_costs_what_is_said_and_none_there_is_means_none() -> None:
    placed = impossible = 0
    for problem, plan, volunteer, shift in pairs("placement", thorough(50)):
        said = why_not(problem, plan, volunteer, shift)
        holds_true(problem, plan, said)
        placed += said.placement is not None
        impossible += said.impossible
    assert impossible >= thorough(10)
    assert placed >= thorough(3)


def test_whom_only_her_other_services_keep_away_is_told_what_she_would_give_up() -> None:
    asked = possible = 0
    for problem, plan, r in cases("gives-up"):
        busy = sorted({v for v, _ in plan.assignments})
        for volunteer in busy[:2]:
            # who has enough with what she has
            full = tuple(
                replace(v, max_total=1) if v.id == volunteer else v for v in problem.volunteers
            )
            tighter = replace(problem, volunteers=full)
            if not check(tighter, plan).sound:
                continue
            shift = r.choice(sorted(problem.shift_of))
            if (volunteer, shift) in plan.assignments:
                continue
            said = why_not(tighter, plan, volunteer, shift)
            holds_true(tighter, plan, said)
            asked += 1
            if said.violations and said.placement:
                assert said.gives_up
                possible += 1
        if asked >= thorough(25):
            break
    assert possible >= thorough(2)


def holds_true(problem: Problem, plan: Plan, said: NotHer) -> None:
    """By solving anew with her pinned there."""
    anew = best(replace(problem, pins=(*problem.pins, (said.volunteer, said.shift))))
    about = (problem.name, said.volunteer, said.shift)
    if said.placement is None:
        assert bool(anew.unmet_pins) == said.impossible, about
        return
    assert not anew.unmet_pins, about
    assert not said.impossible
    verdict = check(problem, said.placement.plan)
    assert verdict.sound, about
    assert (said.volunteer, said.shift) in said.placement.plan.assignments
    assert said.placement.difference == verdict.total - check(problem, plan).total, about
    assert verdict.total == anew.cost, about
    hers = {h for v, h in plan.assignments if v == said.volunteer}
    kept = {h for v, h in said.placement.plan.assignments if v == said.volunteer}
    assert set(said.gives_up) == hers - kept, about


def disruption(problem: Problem, plan: Plan, r: Random) -> Disruption:
    """One that concerns somebody of the plan."""
    volunteer, shift = r.choice(plan.assignments)
    session = problem.shift_of[shift][0]
    held = sorted(problem.volunteer_of[volunteer].qualifications)
    kinds: list[Disruption] = [
        Withdraw(volunteer, shift),
        Withdraw(volunteer, since=r.choice([0, 4000])),
        Decline(((volunteer, session.id),)),
        Cancel(session.id),
        CloseVenue(session.place),
    ]
    if held:
        kinds.append(Lapse(volunteer, r.choice(held), r.choice([-1, 3000, 30000])))
    if session.start is not None and session.end is not None and session.start >= 60:
        kinds.append(Move(session.id, session.start - 60, session.end - 60))
    return r.choice(kinds)


def repairs(kind: str, at_least: int) -> Iterator[tuple[Problem, Plan, Disruption, Repaired]]:
    """Of the best plans, after something has happened."""
    found = 0
    for seed in range(10**6):
        problem, plan = solved_case(seed)
        if plan.assignments:
            happened = disruption(problem, plan, Random(f"{kind}-{seed}"))
            try:
                done = repair(problem, plan, [happened])
            except CannotRepair:
                assert best(happened.apply(problem, plan)).unmet_pins, (problem.name, happened)
                continue
            yield problem, plan, happened, done
            found += 1
        if found >= at_least:
            return


def test_a_repair_is_sound_tells_everybody_concerned_and_its_bound_is_true() -> None:
    asked = equal = 0
    for problem, plan, happened, done in repairs("repair", thorough(40)):
        about = (problem.name, happened)
        verdict = check(done.problem, done.plan)
        assert verdict.sound, about
        assert verdict.total == done.verdict.total, about
        anew = best(done.problem)
        assert done.bound <= anew.cost <= verdict.total, about
        told = {turn.who for turn in (*done.volunteers, *done.requests)}
        changed = set(plan.assignments) ^ set(done.plan.assignments)
        changed |= set(plan.seats) ^ set(done.plan.seats)
        assert told == {who for who, _ in changed}, about
        asked += 1
        equal += verdict.total == anew.cost
    assert equal >= 0.97 * asked, f"{equal} of {asked}"


def test_a_second_repair_keeps_what_was_said_before_the_first() -> None:
    for problem, _, first, done in repairs("chain", thorough(15)):
        if not done.plan.assignments:
            continue
        volunteer, shift = done.plan.assignments[0]
        again = repair(done.problem, done.plan, [Withdraw(volunteer, shift)])
        assert (volunteer, shift) not in again.plan.assignments
        if isinstance(first, Withdraw) and first.shift:
            assert (first.volunteer, first.shift) not in again.plan.assignments, problem.name
        assert set(done.problem.bans) <= set(again.problem.bans) | {
            ban for ban in done.problem.bans if ban[1] not in again.problem.session_of
        }


def test_a_lapse_takes_and_never_gives() -> None:
    granted = taken = 0
    for problem, _, r in cases("lapse"):
        her = r.choice(problem.volunteers)
        code = r.choice(["lead", "clear"])
        until = r.randrange(-1, problem.horizon)
        if code not in codes(problem):
            continue
        after = Lapse(her.id, code, until).apply(problem, Plan()).volunteer_of[her.id]
        for minute in (-1, 0, until, until + 1, problem.horizon):
            before = holds(her.qualifications, code, minute)
            now = holds(after.qualifications, code, minute)
            assert now == (before and minute <= until), (problem.name, her.id, code, until)
            taken += before and not now
        granted += 1
        if granted >= thorough(40):
            break
    assert taken >= 10


def codes(problem: Problem) -> set[str]:
    held = {code for v in problem.volunteers for code in v.qualifications}
    return held | {code for s in problem.sessions for h in s.shifts for code in h.requires}


def holds(held: object, code: str, minute: int) -> bool:
    assert isinstance(held, dict)
    until = held.get(code, -2)
    return until is None or until >= minute
