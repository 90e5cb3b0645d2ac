"""The first plan keeps every rule that the rows say, those included that it has never heard of, and
it is a plan worth having."""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np
import pytest

from matching import Plan, Problem, Search, Steps, check, problem_from_json, solve
from matching.arrays.columns import Columns
from matching.arrays.rows import Rows, stack
from matching.command.generate import month
from matching.command.tiny import tiny
from matching.problem import DAY, Weights
from matching.program.program import Program, model
from matching.search.greedy import Greedy
from matching.search.incumbent import Incumbent

EVENING = 17 * 60


def first_plan(problem: Problem) -> Plan:
    columns, program = model(problem)
    return columns.plan(Greedy(columns, program).run())


def small_month(seed: int, evenings: bool = False) -> Problem:
    problem = problem_from_json(month(seed, volunteers=150, sessions=60, requests=60))
    if not evenings:
        return problem
    late = [
        replace(s, start=s.start - s.start % DAY + EVENING, end=s.start - s.start % DAY + 1200)
        if s.start is not None
        else s
        for s in problem.sessions
    ]
    few = tuple(replace(v, available=((0, problem.horizon),)) for v in problem.volunteers[::3])
    return replace(problem, sessions=tuple(late), volunteers=few)


@pytest.mark.parametrize("seed", range(40))
def test_the_first_plan_breaks_no_rule(seed: int) -> None:
    problem = problem_from_json(tiny(seed, volunteers=5, sessions=5, requests=4))
    assert check(replace(problem, pins=()), first_plan(replace(problem, pins=()))).violations == ()


@pytest.mark.parametrize("seed", range(6))
def test_the_first_plan_finds_most_of_what_the_best_one_finds(seed: int) -> None:
    problem = small_month(seed)
    best = solve(problem, workers=1)
    plan = first_plan(problem)
    assert len(plan.assignments) >= 0.6 * len(best.plan.assignments)
    assert len(plan.seats) >= 0.6 * len(best.plan.seats)


def one_evening_a_week(c: Columns, program: Program) -> Program:
    """A rule that the greedy pass has never heard of, as rows: at most one evening in a week."""
    late = np.flatnonzero(c.timed[c.x_session] & (c.start[c.x_session] % DAY >= EVENING))
    rows = c.at_most(late, [c.x_volunteer[late], c.week[c.x_session[late]]], 1)
    return replace(program, rows=stack([program.rows, rows]))


@pytest.mark.parametrize("seed", range(3))
def test_a_rule_that_comes_later_is_kept_too(seed: int) -> None:
    problem = small_month(seed, evenings=True)
    problem = replace(
        problem, volunteers=tuple(replace(v, max_per_week=7) for v in problem.volunteers)
    )
    c, program = model(problem)
    free = Greedy(c, program).run()
    bound = Greedy(c, one_evening_a_week(c, program)).run()
    assert most_evenings(c, bound) <= 1 < most_evenings(c, free)
    assert 0.5 * free[c.x].sum() <= bound[c.x].sum() <= free[c.x].sum()


def most_evenings(c: Columns, values: np.ndarray) -> int:
    evening = c.timed[c.x_session] & (c.start[c.x_session] % DAY >= EVENING)
    late = (values[c.x] > 0) & evening
    key = c.x_volunteer[late] * 1_000 + c.week[c.x_session[late]]
    return int(np.bincount(key).max(initial=0))


def test_a_search_that_may_not_think_still_hands_over_a_full_plan() -> None:
    problem = small_month(1)
    search = Search(problem, workers=1)
    for _ in search.run(Steps(0)):
        pass
    assert search.result is not None
    assert len(search.result.plan.assignments) == len(first_plan(problem).assignments) > 20


def test_a_refused_plan_is_logged_with_the_rules_that_it_breaks(
    caplog: pytest.LogCaptureFixture,
) -> None:
    problem = small_month(2)
    shift = problem.sessions[0].shifts[0].id
    everybody = Plan(tuple((v.id, shift) for v in problem.volunteers))
    with caplog.at_level(logging.WARNING):
        assert Incumbent(problem).offer(everybody) is False
    assert "head_count" in caplog.text


def test_rows_of_the_objective_bind_nothing() -> None:
    """They tie columns that follow from the candidates; as limits they would shut everybody out."""
    problem = small_month(3)
    c, program = model(problem)
    rules = Greedy(c, program).ledger.rows
    assert isinstance(rules, Rows)
    assert 0 < rules.size < program.rows.size
    assert int(rules.column.max()) < c.size


@pytest.mark.parametrize("seed", range(1, 6))
def test_children_whose_people_said_no_are_mended_and_nothing_is_warned_of(
    seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    """What people were told breaks a rule by then; no plan that the search makes does."""
    problem = replace(small_month(seed), pins=(), current=None)
    told = Plan((), first_plan(problem).seats)
    nobody_comes = replace(problem, current=told)
    assert "seats" in {v.rule for v in check(nobody_comes, told).violations}
    search = Search(nobody_comes)
    with caplog.at_level(logging.WARNING):
        for _ in search.run(Steps(1)):
            pass
    assert search.best and check(nobody_comes, search.best).violations == ()
    assert caplog.text == ""


DEAR = Weights(change_seat=50_000)


def offered(seed: int) -> Problem:
    """A month whose families were offered the seats of a plan; of its people every third cannot
    come."""
    month_of_300 = problem_from_json(month(seed, volunteers=300, sessions=60, requests=120))
    problem = replace(month_of_300, pins=(), current=None)
    told = solve(problem, Steps(3), workers=1).plan
    gone = set(sorted({v for v, _ in told.assignments})[::3])
    return replace(
        problem,
        bans=tuple((v, problem.shift_of[h][0].id) for v, h in told.assignments if v in gone),
        current=Plan(tuple(x for x in told.assignments if x[0] not in gone), told.seats),
    )


@pytest.mark.parametrize("seed", (1, 2, 3))
def test_seats_that_families_were_told_of_are_kept_where_they_are_dear(seed: int) -> None:
    """By the best plan as many as can be, and by the first one nearly all of those."""
    cheap = offered(seed)
    dear = replace(cheap, weights=DEAR)
    assert cheap.current is not None
    told = set(cheap.current.seats)
    first = first_plan(dear)
    assert check(dear, first).violations == ()
    best = solve(dear, Steps(6), workers=1)
    kept = len(told & set(best.plan.seats))
    assert len(told & set(solve(cheap, Steps(6), workers=1).plan.seats)) <= kept
    assert len(told & set(first_plan(cheap).seats)) < len(told & set(first.seats))
    assert len(told & set(first.seats)) >= 0.95 * kept > 0
