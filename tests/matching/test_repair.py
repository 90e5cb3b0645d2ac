"""After a disruption the plan is sound again, as good as a repair can be, and moves nobody without
a reason."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from matching.ask.candidates import Desk
from matching.ask.compare import turns
from matching.ask.disruptions import (
    Cancel,
    CloseVenue,
    Decline,
    Disruption,
    Lapse,
    Move,
    Withdraw,
)
from matching.ask.repair import repair
from matching.check import check
from matching.plan import Plan
from matching.problem import Problem
from tests.matching.solved import best, solved_tiny


@pytest.fixture(scope="module")
def cases() -> list[tuple[Problem, Plan]]:
    found = (solved_tiny(seed) for seed in range(90))
    return [(problem, plan) for problem, plan in found if plan.assignments]


def some_disruption(problem: Problem, plan: Plan, r: Random) -> Disruption:
    volunteer, shift = r.choice(plan.assignments)
    session = problem.shift_of[shift][0]
    timed = [s for s in problem.sessions if s.start is not None]
    kinds: list[Disruption] = [
        Withdraw(volunteer, shift),
        Withdraw(volunteer),
        Decline(((volunteer, session.id),)),
        Cancel(session.id),
        CloseVenue(session.place),
        Lapse(volunteer, next(iter(problem.volunteer_of[volunteer].qualifications), "clear")),
    ]
    if timed:
        s = r.choice(timed)
        assert s.start is not None and s.end is not None
        kinds.append(
            Move(s.id, start=max(0, s.start - 60), end=s.end - 60 if s.start >= 60 else s.end)
        )
    return r.choice(kinds)


def test_a_repaired_plan_is_sound_and_counts_what_people_were_told(
    cases: list[tuple[Problem, Plan]],
) -> None:
    for k, (problem, plan) in enumerate(cases):
        happened = some_disruption(problem, plan, Random(k))
        done = repair(problem, plan, [happened])
        again = check(done.problem, done.plan)
        assert again.sound and again.total == done.verdict.total, (problem.name, happened)
        assert done.problem.current is not None
        gone = set(done.problem.current.assignments) - set(done.plan.assignments)
        gone_seats = set(done.problem.current.seats) - set(done.plan.seats)
        assert again.cost["changes"] == problem.weights.change * (len(gone) + len(gone_seats))
        assert done.volunteers == turns(plan.assignments, done.plan.assignments)


def test_a_repair_is_never_better_than_the_best_and_usually_as_good(
    cases: list[tuple[Problem, Plan]],
) -> None:
    equal = 0
    for k, (problem, plan) in enumerate(cases):
        done = repair(problem, plan, [some_disruption(problem, plan, Random(k))])
        result = best(done.problem)
        assert done.verdict.total >= result.bound
        equal += done.verdict.total == result.cost
    assert equal >= 0.9 * len(cases), f"{equal} of {len(cases)}"


def test_what_the_disruption_does_not_touch_stays() -> None:
    problem, plan = solved_tiny(3)
    assert repair(problem, plan, [Decline(())]).plan == plan


def test_a_repair_is_at_least_as_good_as_asking_the_cheapest_candidate(
    cases: list[tuple[Problem, Plan]],
) -> None:
    asked = 0
    for problem, plan in cases:
        for volunteer, shift in plan.assignments:
            done = repair(problem, plan, [Withdraw(volunteer, shift)])
            without = Plan(
                tuple(a for a in plan.assignments if a != (volunteer, shift)), plan.seats
            )
            for candidate in Desk(done.problem, without).candidates(shift, 1):
                simple = check(done.problem, without.with_assignment(candidate.volunteer, shift))
                if simple.sound:
                    assert done.verdict.total <= simple.total, (problem.name, candidate)
                    asked += 1
    assert asked > 5


def test_a_cancelled_session_is_gone_with_its_people_and_families(
    cases: list[tuple[Problem, Plan]],
) -> None:
    for problem, plan in cases:
        session = problem.shift_of[plan.assignments[0][1]][0]
        done = repair(problem, plan, [Cancel(session.id)])
        assert session.id not in done.problem.session_of
        assert all(done.problem.shift_of[h] for _, h in done.plan.assignments) and all(
            s != session.id for _, s in done.plan.seats
        )


def test_several_disruptions_are_applied_in_order() -> None:
    problem, plan = solved_tiny(11)
    away = [Withdraw(v) for v in sorted({v for v, _ in plan.assignments})]
    done = repair(problem, plan, away)
    assert done.verdict.sound and not {v for v, _ in done.plan.assignments} & {
        a.volunteer for a in away
    }


def test_an_unknown_id_is_refused() -> None:
    problem, plan = solved_tiny(11)
    with pytest.raises(KeyError):
        repair(problem, plan, [Withdraw("nobody")])
    with pytest.raises(KeyError):
        repair(replace(problem, current=plan), plan, [Cancel("nowhere")])
