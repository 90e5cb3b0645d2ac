"""Who could take a shift: the whole-array answer is the one-by-one answer, and a difference is what
the check says."""

from __future__ import annotations

import pytest

from matching.ask.candidates import PAIRS, Desk, Lacking
from matching.check import check
from matching.plan import Plan
from matching.problem import Problem
from matching.rules import may_take
from tests.matching.solved import solved_tiny


@pytest.fixture(scope="module")
def cases() -> list[tuple[Problem, Plan]]:
    """Best plans, and each of them with one person gone from a session that takes place anyway: a
    hole to fill."""
    best = [solved_tiny(seed) for seed in range(40)]
    holed = [
        (problem, Plan(tuple(a for a in plan.assignments if a != gone), plan.seats))
        for problem, plan in best
        for gone in plan.assignments
        if problem.shift_of[gone[1]][0].required and problem.shift_of[gone[1]][0].seats is None
    ]
    return best + holed


def test_candidates_are_exactly_those_whom_the_rules_allow(
    cases: list[tuple[Problem, Plan]],
) -> None:
    found = 0
    for problem, plan in cases:
        desk = Desk(problem, plan)
        for shift in problem.shift_of:
            allowed = {v.id for v in problem.volunteers if not may_take(problem, plan, v.id, shift)}
            assert {c.volunteer for c in desk.candidates(shift)} == allowed, (problem.name, shift)
            found += len(allowed)
    assert found > 20


def test_a_difference_is_what_the_check_says(cases: list[tuple[Problem, Plan]]) -> None:
    compared = 0
    for problem, plan in cases:
        desk, before = Desk(problem, plan), check(problem, plan).total
        for session, h in problem.shift_of.values():
            if desk.is_open(session):
                for c in desk.candidates(h.id):
                    assert (
                        c.difference
                        == check(problem, plan.with_assignment(c.volunteer, h.id)).total - before
                    ), (problem.name, c)
                    compared += 1
    assert compared > 20


def test_the_cheapest_comes_first_and_the_limit_holds(cases: list[tuple[Problem, Plan]]) -> None:
    longest = max((Desk(p, plan).candidates(h) for p, plan in cases for h in p.shift_of), key=len)
    assert len(longest) > 1 and [c.difference for c in longest] == sorted(
        c.difference for c in longest
    )
    problem, plan, shift = next(
        (p, plan, h)
        for p, plan in cases
        for h in p.shift_of
        if Desk(p, plan).candidates(h) == longest
    )
    assert Desk(problem, plan).candidates(shift, 1) == longest[:1]


def test_a_funnel_ends_at_who_may_take_the_shift(cases: list[tuple[Problem, Plan]]) -> None:
    for problem, plan in cases:
        desk = Desk(problem, plan)
        for shift in problem.shift_of:
            steps = desk.funnel(shift)
            assert steps[0].left == len(problem.volunteers)
            assert [s.left for s in steps] == sorted((s.left for s in steps), reverse=True)
            assert steps[-1].left == len(desk.candidates(shift))


def test_who_lacks_least_is_found_without_looking_at_everybody(
    cases: list[tuple[Problem, Plan]],
) -> None:
    """As by asking every rule about everybody, and sorting them all."""
    listed = 0
    for problem, plan in cases:
        desk = Desk(problem, plan)
        for session, h in problem.shift_of.values():
            lacking = []
            for her in problem.volunteers:
                violations = desk.refusals(her.id, h.id)
                own = {v.rule for v in violations} & {rule.code for rule in PAIRS}
                if violations and len(own) < 3 and "one_place" not in {v.rule for v in violations}:
                    lacking.append(Lacking(desk.candidate(her, session, h), violations))
            lacking.sort(
                key=lambda x: (len(x.violations), x.candidate.difference, x.candidate.volunteer)
            )
            for most in (1, 2, 7):
                assert desk.nearly(h.id, most) == lacking[:most], (problem.name, h.id)
            listed += len(lacking)
            each = [desk.candidate(her, session, h).difference for her in problem.volunteers]
            prices = desk._prices(session, h)
            same = {d - price for d, price in zip(each, prices, strict=True)}
            assert len(same) <= 1, (problem.name, h.id)  # what they all have in common
    assert listed > 20
