"""People who may say no: what a plan fears is never less than what happens, and nothing changes for
a problem in which everybody comes."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest

from matching import Plan, Problem, ProblemError, check, forecast, problem_from_json
from matching.chances import absence, feared, parts, price_of, spread
from matching.forecast import Hands
from matching.program.program import candidates, model
from tests.matching.second import judged
from tests.matching.solved import best
from tests.matching.test_second import every_plan
from tests.matching.wild import wild

MOST = 11  # candidates


def some(r: Random, most: int = 7) -> Hands:
    """Sometimes all alike, sometimes some who come for certain or never."""
    size = r.randint(0, most)
    chances: list[float] = [r.choice([0, 0.3, 0.7, 0.95, 1, r.random()]) for _ in range(size)]
    if r.random() < 0.3:
        chances = [r.random()] * size
    return Hands("h", r.randint(0, 4), tuple(chances))


def test_the_expected_holes_are_those_of_every_way_to_answer() -> None:
    r = Random(1)
    for _ in range(60):
        one = some(r, 6)
        holes = filled = 0.0
        for answers in itertools.product((False, True), repeat=len(one.chances)):
            pairs = zip(answers, one.chances, strict=True)
            likely = math.prod(p if yes else 1 - p for yes, p in pairs)
            holes += likely * max(0, one.need - sum(answers))
            filled += likely * (sum(answers) >= one.need)
        assert math.isclose(one.holes, holes, abs_tol=1e-12)
        assert math.isclose(one.filled, filled, abs_tol=1e-12)


def test_the_expected_holes_lie_between_both_ends() -> None:
    r = Random(2)
    for _ in range(10_000):
        one = some(r)
        assert one.fewest <= one.holes + 1e-9, one
        assert one.holes <= one.most + 1e-5, one


def test_what_random_answers_leave_empty_lies_between_both_ends() -> None:
    """The mean of many draws is off by no more than five times what chance allows."""
    r = np.random.default_rng(3)
    for seed in range(60):
        one = some(Random(seed))
        came = (r.random((10_000, len(one.chances))) < np.array(one.chances)).sum(axis=1)
        holes = np.maximum(0, one.need - came)
        off = 5 * holes.std() / 100 + 1e-5
        assert one.fewest - off <= holes.mean() <= one.most + off, one


@pytest.mark.parametrize("price", [7, 70, 400, 1000, 3333, 10_000, 10**9])
def test_no_price_is_below_what_is_truly_expected(price: int) -> None:
    """For one place, along its last line, by the tail of it at most."""
    r = Random(price)
    for _ in range(3_000):
        one = some(r)
        missing = max(0, one.need - len(one.chances))
        said = feared(one.need, price, [absence(p) for p in one.chances])
        tail = parts(price) if one.need == 1 else 0
        assert said + tail >= price * (one.holes - missing) - 1e-3, one


def test_dear_places_are_priced_close_to_what_is_expected() -> None:
    r = Random(5)
    off = []
    for _ in range(2_000):
        chances = tuple(round(r.uniform(0.5, 0.95), 2) for _ in range(r.randint(1, 3)))
        one = Hands("h", r.randint(1, 2), chances)
        off.append(one.most - one.holes)
    assert sum(off) / len(off) < 0.02
    assert max(off) < 0.1


def unsure(seed: int, **sizes: int) -> dict[str, Any]:
    return wild(seed, sorts=("asks",), **sizes) | {"pins": []}


@pytest.mark.parametrize("first", range(0, 120, 40))
def test_the_best_plan_for_people_who_may_say_no_is_found(first: int) -> None:
    """Of all plans, by a judge that draws its own lines; the checker counts the same."""
    tried = 0
    for seed in range(first, first + 40):
        data = unsure(seed, volunteers=5, sessions=3, requests=2)
        problem = problem_from_json(data)
        c = candidates(problem)
        if not 3 <= len(c.x) + len(c.y) <= MOST:
            continue
        verdicts = [judged(data, dict(plan.to_json())) for plan in every_plan(problem)]
        optimum = min(v.total for v in verdicts if not v.broken)
        result = best(problem)
        assert (result.cost, result.status) == (optimum, "optimal"), seed
        assert check(problem, result.plan).total == optimum, seed
        assert result.bound <= optimum, seed
        tried += 1
    assert tried >= 8


def certain(problem: Problem) -> Problem:
    """The same, and it is said of everybody that she comes."""
    shifts = dict.fromkeys(problem.shift_of, 1.0)
    people = tuple(replace(v, asks=1.0, asks_of=shifts) for v in problem.volunteers)
    return replace(problem, volunteers=people)


@pytest.mark.parametrize("seed", range(8))
def test_where_everybody_comes_nothing_is_different(seed: int) -> None:
    problem = problem_from_json(wild(seed, volunteers=8, sessions=6, requests=5))
    people = tuple(replace(v, asks=1, asks_of=None) for v in problem.volunteers)
    problem = replace(problem, volunteers=people)
    said = certain(problem)
    ours, theirs = model(problem)[1], model(said)[1]
    for name in ("price", "low", "high", "whole"):
        assert np.array_equal(getattr(ours, name), getattr(theirs, name))
    for name in ("begin", "column", "coefficient", "low", "high"):
        assert np.array_equal(getattr(ours.rows, name), getattr(theirs.rows, name))
    before, after = best(problem), best(said)
    assert (after.plan, after.cost, after.bound) == (before.plan, before.cost, before.bound)
    assert "expected" not in after.parts


@pytest.mark.parametrize("value", [-0.1, 1.01, True, "0.5", None])
def test_a_chance_that_is_none_is_refused_in_one_line(value: object) -> None:
    for field in ({"asks": value}, {"asks_of": {"s0.0": value}}):
        data = wild(3, sorts=("asks",))
        data["volunteers"][0].update(field)
        name = next(iter(field))
        with pytest.raises(ProblemError, match=rf"{name}.*must be a probability from 0 to 1"):
            problem_from_json(data)


def test_a_forecast_says_what_the_plan_counts() -> None:
    for seed in range(30):
        problem = problem_from_json(unsure(seed, volunteers=6, sessions=4))
        plan = best(problem).plan
        seen = forecast(problem, plan)
        assert seen.fewest <= seen.holes <= seen.most
        for session, shifts in seen.shifts.items():
            held = math.prod(sum(spread(one.chances)[one.need :]) for one in shifts)
            assert math.isclose(seen.filled(session), held, abs_tol=1e-9)


def test_who_stands_by_makes_no_room_for_families() -> None:
    data = wild(0, sorts=("asks",))
    session = {
        "id": "s", "programme": "class", "start": 600, "end": 660, "place": [26, 119.3],
        "required": True, "months": None, "alternatives": None,
        "shifts": [{"id": "h", "role": "lead", "requires": [], "min": 1, "target": 1, "spare": 1}],
        "seats": {"min": 0, "max": 9, "per_volunteer": 1},
    }  # fmt: skip
    people = [
        {**data["volunteers"][0], "id": v, "home": [26, 119.3], "available": [[0, 1440]]}
        for v in ("a", "b")
    ]
    wish = {
        "id": "q", "family": "f", "children": ["2025-01", "2025-01"], "home": [26, 119.3],
        "max_travel": 60, "available": [[0, 1440]], "programmes": None, "choices": None,
        "wants": 1, "per_week": None, "priority": 1,
    }  # fmt: skip
    data.update(volunteers=people, sessions=[session], requests=[wish], knows=[], avoid=[])
    data.update(apart=[], bans=[], current=None)
    plan = Plan((("a", "h"), ("b", "h")), (("q", "s"),))
    verdict = check(problem_from_json(data), plan)
    assert [v.rule for v in verdict.violations] == ["seats"]
    assert judged(data, dict(plan.to_json())).broken == {"seats"}


def test_nothing_is_feared_where_nobody_is_needed() -> None:
    problem = problem_from_json(unsure(1))
    session, shift = next(iter(problem.shift_of.values()))
    assert price_of(problem, session, replace(shift, min=0)) == 0
    assert feared(0, 10_000, [50]) == 0
