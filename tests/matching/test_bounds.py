"""A bound is never above the cost of any plan: not by rounding, not by cutting a problem into
parts, whatever the prices."""

from __future__ import annotations

import numpy as np
import pytest

from matching.command.generate import month
from matching.command.tiny import tiny
from matching.formats.reading import problem_from_json
from matching.problem import Problem
from matching.program.bound import SCALE, dual_bound, scaled
from matching.program.partition import Parts, neighbours
from matching.program.program import model
from matching.solvers import engines


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
