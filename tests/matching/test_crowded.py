"""Families who rank crowded days: a bound that says something from the first report on, good plans
before anything is solved exactly, and the optimum with one worker as with two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from matching.check import check
from matching.command.tiny import tiny
from matching.formats.reading import problem_from_json
from matching.problem import Problem
from matching.program.program import model
from matching.search.greedy import Greedy
from matching.search.rounding import Rounding
from matching.search.search import Search
from matching.search.seating import MovingSeats
from matching.search.tuning import Tuning
from matching.solvers.engines import relax
from tests.matching.crowded import crowded
from tests.matching.solved import pool
from tests.matching.wild import wild


@pytest.mark.parametrize("seed", range(3))
def test_no_bound_is_below_nothing_and_one_worker_finds_the_optimum(seed: int) -> None:
    problem = problem_from_json(crowded(seed, families=300, days=12))
    # both solvers are asked from the start, as where a proof takes long
    search = Search(problem, pool=pool(), tuning=Tuning(proof_patience=0.05, group_patience=0.05))
    reports = list(search.run())
    assert search.result
    assert search.result.status == "optimal"
    assert all(report.bound is not None and report.bound >= 0 for report in reports)
    first, *_ = [report.cost for report in reports if report.cost is not None]
    relaxed = [report.cost for report in reports if report.stage == "relax" and report.cost]
    assert first <= 3 * search.result.cost
    assert relaxed[-1] <= 1.5 * search.result.cost


def small_problems(seeds: Iterable[int] = range(150)) -> Iterator[Problem]:
    for seed in seeds:
        yield problem_from_json(tiny(seed, volunteers=6, sessions=6, requests=6) | {"pins": []})
        yield problem_from_json(wild(seed, volunteers=6, sessions=6, requests=6) | {"pins": []})


def test_families_are_moved_only_to_sound_and_cheaper_plans() -> None:
    cheaper = 0
    for problem in small_problems(range(230, 330)):
        columns, program = model(problem)
        greedy = Greedy(columns, program)
        before = check(problem, columns.plan(greedy.run()))
        after = check(problem, columns.plan(MovingSeats(greedy).run()))
        assert {v.rule for v in after.violations} <= {v.rule for v in before.violations}
        cheaper += after.total < before.total
    assert cheaper >= 1


def test_a_plan_from_a_relaxation_is_sound() -> None:
    sound = 0
    for problem in small_problems():
        columns, program = model(problem)
        wanted = relax(program).values
        if wanted is not None:
            plan = columns.plan(Rounding(columns, program, wanted).run())
            sound += check(problem, plan).sound
    assert sound >= 270
