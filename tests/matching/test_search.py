"""The search finds the best plan there is, proves it, and hands over nothing unchecked."""
from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from matching.check import check
from matching.columns import Columns
from matching.crew import Crew
from matching.generate import tiny
from matching.plan import Plan
from matching.problem import Problem
from matching.result import Result
from matching.search import Search
from matching.stop import Event, GapLimit, Steps, Stop, TimeLimit
from tests.matching.enumerated import every_vector


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    with Crew(1) as crew:
        yield crew


def solved(problem: Problem, crew: Crew | None = None, stop: Stop | None = None, **options: Any) -> Result:
    search = Search(problem, crew=crew, **options)
    for _ in search.run(stop or Stop()):
        pass
    assert search.result
    return search.result


def best_by_enumeration(problem: Problem) -> int | None:
    """The least cost of all sound plans, None if there is none."""
    verdicts = (check(problem, plan) for _, plan in every_vector(Columns(problem)))
    return min((v.total for v in verdicts if v.sound), default=None)


@pytest.mark.parametrize("block", range(4))
def test_the_plan_is_the_best_of_all_plans(block: int, crew: Crew) -> None:
    tried = 0
    for seed in range(40 * block, 40 * block + 40):
        problem = Problem.from_json(tiny(seed, volunteers=4, sessions=4, requests=3))
        c = Columns(problem)
        if len(c.x) + len(c.y) > 10:
            continue
        result = solved(problem, crew)
        best = best_by_enumeration(problem)
        if best is None:
            assert result.status == "pins"
            best = best_by_enumeration(replace(problem, pins=tuple(p for p in problem.pins if p not in result.unmet_pins)))
        else:
            assert result.status == "optimal"
        assert (result.cost, result.bound) == (best, best), problem.name
        tried += 1
    assert tried >= 15


def test_a_stop_takes_effect_at_once_and_the_plan_is_sound(crew: Crew) -> None:
    problem = Problem.from_json(tiny(3, volunteers=60, sessions=40, requests=60) | {"pins": []})
    event = threading.Event()
    search = Search(problem, crew=crew)
    began = time.monotonic()
    for _ in search.run(Event(event)):
        event.set()
    assert time.monotonic() - began < 5
    assert search.result
    assert check(problem, search.result.plan).sound
    assert search.result.cost >= search.result.bound


def test_a_stop_that_is_due_from_the_start_still_gives_a_sound_plan(crew: Crew) -> None:
    problem = Problem.from_json(tiny(4, volunteers=20, sessions=20, requests=20) | {"pins": []})
    result = solved(problem, crew, TimeLimit(0))
    assert check(problem, result.plan) == result.verdict
    assert result.verdict.sound


def test_equal_seeds_and_steps_give_equal_plans(crew: Crew) -> None:
    problem = Problem.from_json(tiny(5, volunteers=40, sessions=30, requests=40))
    plans = {solved(problem, crew, Steps(3), seed=7).plan for _ in range(3)}
    assert len(plans) == 1


def test_a_good_start_is_kept(crew: Crew) -> None:
    problem = Problem.from_json(tiny(5, volunteers=40, sessions=30, requests=40))
    best = solved(problem, crew)
    assert solved(problem, crew, TimeLimit(0), start=best.plan).cost == best.cost


def test_a_wide_gap_is_enough_when_asked_for(crew: Crew) -> None:
    problem = Problem.from_json(tiny(5, volunteers=40, sessions=30, requests=40))
    assert solved(problem, crew, GapLimit(10.0)).gap <= 10.0


def test_pins_that_cannot_be_kept_are_named_and_the_rest_is_best(crew: Crew) -> None:
    data = tiny(58)
    free = solved(Problem.from_json(data | {"pins": []}), crew)
    impossible = next((v["id"], h["id"]) for v in data["volunteers"] for s in data["sessions"] for h in s["shifts"] if not may_ever(data, v["id"], h["id"]))
    result = solved(Problem.from_json(data | {"pins": [{"volunteer": impossible[0], "shift": impossible[1]}]}), crew)
    assert result.status == "pins"
    assert result.unmet_pins == (impossible,)
    assert result.cost == free.cost


def may_ever(data: dict[str, Any], volunteer: str, shift: str) -> bool:
    return Columns(Problem.from_json(data)).assignments([(volunteer, shift)])[0] >= 0


def test_nobody_and_nothing_is_a_problem_too(crew: Crew) -> None:
    empty = Problem.from_json(tiny(1) | {"volunteers": [], "sessions": [], "requests": [], "apart": [], "avoid": [], "knows": [], "pins": [], "bans": [], "current": None})
    result = solved(empty, crew)
    assert (result.plan, result.cost, result.bound, result.status) == (Plan(), 0, 0, "optimal")


def test_a_stop_before_clashing_pins_are_sorted_out_still_gives_a_plan(crew: Crew) -> None:
    data = tiny(58)
    everywhere = [{"volunteer": v["id"], "shift": h["id"]} for v in data["volunteers"] for s in data["sessions"] for h in s["shifts"]]
    problem = Problem.from_json(data | {"pins": everywhere})
    result = solved(problem, crew, TimeLimit(0))
    assert result.status == "pins"
    assert {v.rule for v in check(problem, result.plan).violations} == {"pin"}
