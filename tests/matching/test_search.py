"""The search finds the best plan there is, proves it, and hands over nothing unchecked."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from matching.check import check
from matching.command.generate import month
from matching.command.tiny import tiny
from matching.formats.reading import problem_from_json
from matching.plan import Plan
from matching.problem import Problem
from matching.program.program import Program, candidates
from matching.result import Result
from matching.search.search import Search
from matching.search.tuning import Tuning
from matching.solvers import engines
from matching.solvers.answers import Solved
from matching.solvers.pool import ChildJob, WorkerPool
from matching.stop import GapLimit, Signal, Steps, Stop, TimeLimit
from tests.matching.enumerated import every_vector


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


class Nobody(WorkerPool):
    """A pool without children, of which nothing may be asked."""

    def __init__(self) -> None:
        self._workers = []


def solved(
    problem: Problem, pool: WorkerPool | None = None, stop: Stop | None = None, **options: Any
) -> Result:
    search = Search(problem, pool=pool, **options)
    for _ in search.run(stop or Stop()):
        pass
    assert search.result
    return search.result


def test_a_search_goes_on_from_what_an_earlier_one_has_found_and_proven(pool: WorkerPool) -> None:
    problem = problem_from_json(month(2, volunteers=60, sessions=24, requests=40))
    first = solved(problem, pool)
    assert first.status == "optimal"
    for bound in (first.bound, first.bound - 1):
        reports = list(Search(problem, first.plan, pool=pool, bound=bound).run(Stop()))
        assert {r.cost for r in reports} == {first.cost}
        assert all(r.bound is not None and r.bound >= bound for r in reports)
    # with nothing left to prove, nothing is asked of anybody
    assert solved(problem, Nobody(), start=first.plan, bound=first.bound).status == "optimal"


def best_by_enumeration(problem: Problem) -> int | None:
    """The least cost of all sound plans, None if there is none."""
    verdicts = (check(problem, plan) for _, plan in every_vector(candidates(problem)))
    return min((v.total for v in verdicts if v.sound), default=None)


@pytest.mark.parametrize("block", range(4))
def test_the_plan_is_the_best_of_all_plans(block: int, pool: WorkerPool) -> None:
    tried = 0
    for seed in range(40 * block, 40 * block + 40):
        problem = problem_from_json(tiny(seed, volunteers=4, sessions=4, requests=3))
        c = candidates(problem)
        if len(c.x) + len(c.y) > 10:
            continue
        result = solved(problem, pool)
        best = best_by_enumeration(problem)
        if best is None:
            assert result.status == "pins"
            best = best_by_enumeration(
                replace(problem, pins=tuple(p for p in problem.pins if p not in result.unmet_pins))
            )
        else:
            assert result.status == "optimal"
        assert (result.cost, result.bound) == (best, best), problem.name
        tried += 1
    assert tried >= 15


def test_a_stop_takes_effect_at_once_and_the_plan_is_sound(pool: WorkerPool) -> None:
    problem = problem_from_json(tiny(3, volunteers=60, sessions=40, requests=60) | {"pins": []})
    event = threading.Event()
    search = Search(problem, pool=pool)
    for _ in search.run(Signal(event)):
        event.set()
    assert search.result
    assert search.result.status == "feasible"
    assert solved(problem, pool).status == "optimal", "which takes longer"
    assert check(problem, search.result.plan).sound
    assert search.result.cost >= search.result.bound


def test_a_stop_that_is_due_from_the_start_still_gives_a_sound_plan(pool: WorkerPool) -> None:
    problem = problem_from_json(tiny(4, volunteers=20, sessions=20, requests=20) | {"pins": []})
    result = solved(problem, pool, TimeLimit(0))
    assert check(problem, result.plan) == result.verdict
    assert result.verdict.sound


def test_equal_seeds_and_steps_give_equal_plans(pool: WorkerPool) -> None:
    problem = problem_from_json(tiny(5, volunteers=40, sessions=30, requests=40))
    plans = {solved(problem, pool, Steps(3), seed=7).plan for _ in range(3)}
    assert len(plans) == 1


def test_a_good_start_is_kept(pool: WorkerPool) -> None:
    problem = problem_from_json(tiny(5, volunteers=40, sessions=30, requests=40))
    best = solved(problem, pool)
    assert solved(problem, pool, TimeLimit(0), start=best.plan).cost == best.cost


def test_a_wide_gap_is_enough_when_asked_for(pool: WorkerPool) -> None:
    problem = problem_from_json(tiny(5, volunteers=40, sessions=30, requests=40))
    assert solved(problem, pool, GapLimit(10.0)).gap <= 10.0


def test_pins_that_cannot_be_kept_are_named_and_the_rest_is_best(pool: WorkerPool) -> None:
    data = tiny(58)
    free = solved(problem_from_json(data | {"pins": []}), pool)
    impossible = next(
        (v["id"], h["id"])
        for v in data["volunteers"]
        for s in data["sessions"]
        for h in s["shifts"]
        if not may_ever(data, v["id"], h["id"])
    )
    result = solved(
        problem_from_json(data | {"pins": [{"volunteer": impossible[0], "shift": impossible[1]}]}),
        pool,
    )
    assert result.status == "pins"
    assert result.unmet_pins == (impossible,)
    assert result.cost == free.cost


def may_ever(data: dict[str, Any], volunteer: str, shift: str) -> bool:
    return candidates(problem_from_json(data)).assignments([(volunteer, shift)])[0] >= 0


def test_nobody_and_nothing_is_a_problem_too(pool: WorkerPool) -> None:
    empty = problem_from_json(
        tiny(1)
        | {
            "volunteers": [],
            "sessions": [],
            "requests": [],
            "apart": [],
            "avoid": [],
            "knows": [],
            "pins": [],
            "bans": [],
            "current": None,
        }
    )
    result = solved(empty, pool)
    assert (result.plan, result.cost, result.bound, result.status) == (Plan(), 0, 0, "optimal")


def test_a_stop_before_clashing_pins_are_sorted_out_still_gives_a_plan(pool: WorkerPool) -> None:
    data = tiny(58)
    everywhere = [
        {"volunteer": v["id"], "shift": h["id"]}
        for v in data["volunteers"]
        for s in data["sessions"]
        for h in s["shifts"]
    ]
    problem = problem_from_json(data | {"pins": everywhere})
    result = solved(problem, pool, TimeLimit(0))
    assert result.status == "pins"
    assert {v.rule for v in check(problem, result.plan).violations} == {"pin"}


@pytest.mark.parametrize(("siftings", "passes"), [(0, {"settle", "close", "prove"}), (2, set())])
def test_large_problems_go_part_by_part_to_the_same_optimum(
    siftings: int, passes: set[str], pool: WorkerPool
) -> None:
    problem = problem_from_json(month(6, 300, 60, 200, towns=4))
    best = solved(problem, pool)
    # Without siftings the parts have to find what the borders cost.
    tuning = Tuning(
        prove_columns=-1,
        part_columns=200,
        relax_columns=300,
        relax_part=400,
        siftings=siftings,
    )

    stages = []
    search = Search(problem, pool=pool, tuning=tuning)
    for progress in search.run():
        stages.append(progress.stage)

    assert {"relax"} | passes <= set(stages)
    assert search.result
    assert (search.result.cost, search.result.bound) == (best.cost, best.cost)


def test_one_more_volunteer_never_makes_the_best_plan_dearer(pool: WorkerPool) -> None:
    for seed in range(5):
        data = month(seed, 60, 25, 50, towns=2)
        fewer = data | {"volunteers": data["volunteers"][:-20]}
        assert (
            solved(problem_from_json(data), pool).cost
            <= solved(problem_from_json(fewer), pool).cost
        )


def test_names_and_order_do_not_matter(pool: WorkerPool) -> None:
    for seed in range(5):
        data = month(seed, 60, 25, 50, towns=2)
        text = (
            json.dumps(data | {"format": "F", "start": "S"})
            .replace('"v0', '"zz')
            .replace('"s0', '"ss')
            .replace('"r0', '"rr')
        )
        other = json.loads(text) | {"format": data["format"], "start": data["start"]}
        for field in ("volunteers", "sessions", "requests", "knows", "apart"):
            Random(seed).shuffle(other[field])
        assert (
            solved(problem_from_json(other), pool).cost
            == solved(problem_from_json(data), pool).cost
        )


def kill_when_busy(pool: WorkerPool) -> None:
    while pool._workers[0].job is None:
        time.sleep(0.001)
    pool._workers[0].process.kill()


def test_a_solver_that_dies_is_replaced_by_the_other() -> None:
    problem = problem_from_json(month(8, 400, 80, 300))
    with WorkerPool(1) as pool:
        search = Search(problem, pool=pool)
        killer = threading.Thread(target=kill_when_busy, args=(pool,))
        for _ in search.run():
            if killer.ident is None:  # after the first plan, before the relaxation is sent out
                killer.start()
        killer.join()
        again = solved(problem, pool)
    assert search.result
    assert again.status == "optimal"
    assert (search.result.status, search.result.cost) == ("optimal", again.cost)
    assert check(problem, search.result.plan).sound


class Breaking(WorkerPool):
    """A pool whose named tasks end their child, the first `times` times."""

    def __init__(self, size: int, breaks: dict[str, int]) -> None:
        super().__init__(size)
        self.breaks = breaks

    def start(self, name: str, *arguments: object) -> ChildJob:
        worker = next(w for w in self._workers if w.job is None)
        if self.breaks.get(name, 0):
            self.breaks[name] -= 1
            worker.process.kill()
            worker.process.wait()
            return worker.start(name, arguments)
        return super().start(name, *arguments)


@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize("broken", ["relax", "solve", "solve_sat"])
def test_whichever_solver_breaks_the_optimum_is_found_and_proven(size: int, broken: str) -> None:
    problem = problem_from_json(tiny(3, volunteers=60, sessions=40, requests=60) | {"pins": []})
    at_once = Tuning(proof_patience=0.01, group_patience=0.01)  # so that both are asked
    with Breaking(size, {broken: 99}) as pool:
        result = solved(problem, pool, tuning=at_once)
    assert (result.status, result.cost) == ("optimal", solved(problem).cost)


class Lying(WorkerPool):
    """A pool whose HiGHS says of the dearest values that they are the best."""

    def start(self, name: str, *arguments: object) -> ChildJob:
        if name != "solve":
            return super().start(name, *arguments)
        program = arguments[0]
        assert isinstance(program, Program)
        dear = engines.solve(replace(program, price=-program.price))
        said = ChildJob()
        lie = Solved(dear.values, Solved(dear.values, 0).price(program))
        said._answers.put((True, lie))
        return said


def test_a_second_solver_finds_out_what_the_first_got_wrong(
    caplog: pytest.LogCaptureFixture,
) -> None:
    problem = problem_from_json(tiny(3, volunteers=60, sessions=40, requests=60) | {"pins": []})
    at_once = Tuning(proof_patience=99)
    with Lying(1) as pool, caplog.at_level(logging.ERROR):
        result = solved(problem, pool, tuning=at_once)
    best = solved(problem)
    assert best.bound <= best.cost <= result.cost
    assert result.bound <= best.cost, "whatever the first one said"
    assert "is left out" in caplog.text


def test_when_every_solver_breaks_the_plan_at_hand_is_handed_over() -> None:
    problem = problem_from_json(month(8, 400, 80, 300))
    with Breaking(1, {"relax": 9, "relax_again": 9}) as pool:
        result = solved(problem, pool)
    assert result.status == "feasible"
    assert check(problem, result.plan).sound


def test_the_process_that_searches_does_not_load_a_solver() -> None:
    asked = (
        "import matching.search.search, sys; "
        "print([m for m in sys.modules if m.split('.')[0] == 'ortools'])"
    )
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
