"""A bound is never above the cost of any plan: not by rounding, not by cutting a problem into
parts, whatever the prices."""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np
import pytest

from matching.check import check
from matching.command.generate import month
from matching.command.tiny import tiny
from matching.cost import least_cost
from matching.formats.reading import problem_from_json
from matching.plan import Plan
from matching.problem import Problem, Weights
from matching.program.bound import SCALE, dual_bound, scaled, times, total
from matching.program.partition import Parts, neighbours
from matching.program.program import model
from matching.search.incumbent import Incumbent
from matching.solvers import engines
from tests.matching import solved
from tests.matching.enumerated import every_vector


def problems() -> list[Problem]:
    made = [
        problem_from_json(tiny(seed, volunteers=6, sessions=6, requests=5) | {"pins": []})
        for seed in range(60)
    ]
    return made + [problem_from_json(month(seed, 80, 30, 60)) for seed in range(3)]


@pytest.fixture(scope="module", name="cases")
def solved_cases() -> list[tuple]:
    cases = []
    for problem in problems():
        columns, program = model(problem)
        best = engines.solve(program)
        assert best.values is not None
        cases.append((columns, program, round(best.price(program)), engines.relax(program)))
    return cases


def test_both_solvers_find_the_same_optimum(cases: list[tuple]) -> None:
    for _, program, best, _ in cases:
        other = engines.solve_sat(program)
        assert round(other.price(program)) == best
        assert other.proves(program)


def test_any_row_prices_prove_a_bound_below_the_optimum(cases: list[tuple]) -> None:
    r = np.random.default_rng(1)
    for _, program, best, relaxed in cases:
        for shake in (0, 1e-9, 1e-3, 1, 100):
            prices = relaxed.duals + shake * r.normal(size=len(relaxed.duals))
            assert dual_bound(program, scaled(program, prices)) <= best


def test_the_relaxations_own_prices_lose_nothing(cases: list[tuple]) -> None:
    for _, program, _, relaxed in cases:
        value = program.price @ relaxed.values + program.offset
        assert (
            dual_bound(program, scaled(program, relaxed.duals))
            >= value - 1e-3 - program.size / SCALE
        )


def test_parts_together_prove_a_bound_between_the_relaxation_and_the_optimum(
    cases: list[tuple],
) -> None:
    lifted = 0
    for columns, program, best, relaxed in cases:
        if not len(columns.sessions) or not program.rows.size:
            continue
        root = dual_bound(program, scaled(program, relaxed.duals))
        for most in (1, program.size // 2, 10**9):
            parts = Parts(
                columns, program, neighbours(columns, most), relaxed.values, relaxed.duals
            )
            assert parts.bound == root
            for part in range(parts.count):
                parts.learn(part, engines.solve(parts.task(part)).bound)
            assert root <= parts.bound <= best
            lifted += parts.bound > root
            if parts.count == 1:
                assert parts.bound == best
    assert lifted > 5


def test_no_prices_at_all_prove_something(cases: list[tuple]) -> None:
    for _, program, best, _ in cases:
        assert dual_bound(program, np.zeros(program.rows.size, np.int64)) <= best


def test_sums_that_no_int64_holds_are_exact() -> None:
    numbers = np.array([2**61, -(2**60) - 1, 3], object)
    for kind in (np.int64, object):
        product = times(numbers.astype(kind), np.array([1000.0, -(2.0**40), 7.0]))
        assert product.tolist() == [2**61 * 1000, (2**60 + 1) * 2**40, 21]
        assert total(product) == 2**61 * 1000 + (2**60 + 1) * 2**40 + 21
    assert total(np.full(5, 2**62)) == 5 * 2**62


def dearer(problem: Problem, by: int) -> Problem:
    """The same problem with every price times `by`."""
    w = problem.weights
    names = ("short", "target", "open", "load", "travel", "wish", "know", "change")
    prices = {name: getattr(w, name) * by for name in names}
    weights = Weights(serve=tuple(price * by for price in w.serve), **prices)
    wishes = tuple(
        replace(q, choices=q.choices and {s: cost * by for s, cost in q.choices.items()})
        for q in problem.requests
    )
    return replace(problem, weights=weights, requests=wishes)


@pytest.mark.parametrize("by", [10**6, 10**9])
def test_a_bound_of_dear_prices_is_the_dear_bound(by: int) -> None:
    """Row prices that are `by` times as strong prove `by` times as much, bar the rounding up."""
    r = np.random.default_rng(2)
    for seed in range(30):
        problem = problem_from_json(tiny(seed, volunteers=6, sessions=6, requests=5))
        _, cheap = model(problem)
        _, dear = model(dearer(problem, by))
        prices = np.rint(r.normal(size=cheap.rows.size) * 100)
        small = dual_bound(cheap, scaled(cheap, prices))
        assert dual_bound(dear, scaled(dear, prices * by)) == small * by


@pytest.mark.parametrize("by", [10**3, 10**6, 10**9])
def test_the_dearest_problems_give_a_plan_and_a_true_bound(by: int) -> None:
    closed = 0
    for seed in range(12):
        problem = problem_from_json(tiny(seed, volunteers=6, sessions=5, requests=4) | {"pins": []})
        cheap = solved.best(problem)
        dear = solved.best(dearer(problem, by))
        assert dear.bound <= cheap.cost * by <= dear.cost
        closed += dear.bound == dear.cost
    assert closed >= 8


def test_a_bound_that_cannot_be_true_is_left_out_and_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    problem = problem_from_json(tiny(3, volunteers=6, sessions=6, requests=5) | {"pins": []})
    least = least_cost(problem)
    cost = check(problem, Plan()).total
    state = Incumbent(problem)
    assert state.bound == least
    state.consider(Plan())
    state.raise_bound(cost - 7)
    with caplog.at_level(logging.ERROR):
        state.raise_bound(cost + 1)
    assert (state.bound, state.result().cost) == (cost - 7, cost)
    assert "a bound of" in caplog.text


def test_a_plan_below_the_bound_is_kept_and_the_bound_is_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    problem = problem_from_json(tiny(3, volunteers=6, sessions=6, requests=5) | {"pins": []})
    state = Incumbent(problem)
    state.raise_bound(check(problem, Plan()).total + 1)
    with caplog.at_level(logging.ERROR):
        assert state.consider(Plan())
    assert state.bound == least_cost(problem)
    assert "a bound of" in caplog.text


def test_no_plan_costs_less_than_the_least() -> None:
    for seed in range(120):
        problem = problem_from_json(tiny(seed, volunteers=3, sessions=3, requests=3))
        columns, _ = model(problem)
        if len(columns.x) + len(columns.y) > 9:
            continue
        verdicts = [check(problem, plan) for _, plan in every_vector(columns)]
        sound = [v.total for v in verdicts if v.sound]
        assert all(cost >= least_cost(problem) for cost in sound)
