"""What the solver's columns and rows make of one plan is what the plan costs: every part of the
price, of every sound plan, not of the best alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import numpy as np
import pytest

from matching.agreements import Limit, Mix
from matching.check import check
from matching.formats.reading import problem_from_json
from matching.problem import DAY, WEEK, Problem, Seats, Session, Shift, Volunteer, Weights
from matching.program.program import Program, candidates, model
from matching.rules import GOALS
from matching.rules.counting import inside
from matching.solvers import engines
from matching.tally import Tally
from tests.matching.enumerated import every_vector
from tests.matching.test_objective import SERVE, weighed
from tests.matching.wild import wild

SEEDS = range(0, 240)
MOST = 8  # candidates, so at most 256 plans a problem
PLANS = 6  # of each problem


def price(program: Program, fixed: np.ndarray) -> int:
    """The least that a program comes to with its first columns as they are."""
    low, high = program.low.copy(), program.high.copy()
    low[: len(fixed)] = high[: len(fixed)] = fixed
    answer = engines.solve(replace(program, low=low, high=high))
    assert answer.values is not None
    return round(answer.price(program))


def small(seeds: range) -> Iterator[Problem]:
    """Of both versions of the format, with weights of many kinds."""
    for seed in seeds:
        problems = [problem_from_json(wild(seed, volunteers=3, sessions=3, requests=2))]
        problems += [weighed(seed, SERVE[seed % len(SERVE)])]
        for problem in problems:
            columns = candidates(problem, lean=False)
            if 2 <= len(columns.x) + len(columns.y) <= MOST:
                yield problem


@pytest.mark.parametrize("block", range(4))
def test_every_plan_has_its_own_price(block: int) -> None:
    tried = 0
    for problem in small(SEEDS[block::4]):
        columns, program = model(problem)
        draw = Random(problem.name)
        vectors = [
            (values[: len(columns.x) + len(columns.y)], verdict)
            for values, plan in every_vector(columns)
            if (verdict := check(problem, plan)).sound
        ]
        for values, verdict in draw.sample(vectors, min(PLANS, len(vectors))):
            assert price(program, values) == verdict.total, problem.name
            tried += 1
    assert tried > 50


def test_no_goal_comes_to_more_than_its_most_or_less_than_its_least() -> None:
    met = set()
    for problem in small(SEEDS):
        for goal in (goal for goal in GOALS if goal.asked(problem)):
            costs = [
                goal.cost(Tally(problem, plan))
                for _, plan in every_vector(candidates(problem))
                if check(problem, plan).sound
            ]
            low, high = goal.least(problem), goal.most(problem)
            assert all(low <= cost <= high for cost in costs), (problem.name, goal.code)
            met.add(goal.code)
    assert met >= {goal.code for goal in GOALS} - {"expected", "spare"}


# --- at the edges ---------------------------------------------------------------------------------
WEIGHTS = Weights(idle=17, under=19, kinds={"night": 23}, know=29, short=31, surplus=37, fall=41)


def of_everything() -> Problem:
    """Three sessions and two people who have a share in every goal."""
    codes = {"song": 7, "dance": -3}
    shift = Shift("a.0", "lead", (), 1, 2, prefers=codes, spare=1)
    usual: dict[str, Any] = {"programme": "class", "place": (26.0, 119.0)}
    fewest = Seats(3, 9, 9)
    first = Session(
        "a", start=600, end=660, required=True, shifts=(shift,), seats=fewest, priority=2, **usual
    )
    second = Session(
        "b",
        start=DAY + 600,
        end=DAY + 690,
        required=False,
        shifts=(Shift("b.0", "lead", (), 1, 1),),
        seats=Seats(4, 9, 9),
        priority=5,
        **usual,
    )
    endless = Session("c", start=None, end=None, required=True, shifts=(), **usual)
    limits = (
        Limit("services", max=1, window=3, price=11),
        Limit("minutes", min=2, price=13),
        Limit("minutes", max=60, price=2),
        Limit("days", max=1),
    )
    home: dict[str, Any] = {"home": (26.0, 119.0), "qualifications": {}}
    home |= {"max_travel": 600, "available": ((0, 2 * WEEK),)}
    one = Volunteer(
        "v0",
        min_total=3,
        load_before_of={"night": 4},
        choices={"a": 5, "b": -2},
        limits=(*limits, limits[0]),
        **home,
    )
    other = Volunteer("v1", min_total=2, choices={"a": -6}, **home)
    return Problem(
        "everything",
        date(2026, 11, 30),
        2 * WEEK,
        volunteers=(one, other),
        sessions=(
            replace(first, mix=(Mix("first", 2),), kinds=("night",)),
            replace(second, mix=(Mix("first", 4),)),
            endless,
        ),
        together=(("v0", "v1", 3), ("v0", "v1", None)),
        weights=WEIGHTS,
    )


MOST_OF = {
    "expected": 3 * 31 * 2 + 1 * 41,  # places × what one costs that stays empty
    "idle": 17 * (3 + 2),
    "kinds": 23 * (3 + 1) * (4 + 3),  # places × (what she had and every session)
    "limits": 11 * 3 * 3 + 13 * 2 * 14 + 2 * (60 + 90),
    "mix": 31 * 2 * 2,
    "preferences": 5 + 2 + 6,
    "prefers": 3 * 7 + 3 * 3,
    "surplus": 37 * 1,
    "together": 29 * 3 * 3,
    "under": 19 * (3 + 4),
}


def test_what_each_goal_may_come_to() -> None:
    problem = of_everything()
    assert {goal.code: goal.most(problem) for goal in GOALS} == MOST_OF
    least = {goal.code: goal.least(problem) for goal in GOALS}
    assert {code: low for code, low in least.items() if low} == {
        "preferences": -2 - 6,
        "prefers": -3 * 3,
        "together": -29 * 3 * 3,
    }


def test_with_nobody_there_a_kind_may_still_come_to_its_sessions() -> None:
    (kinds,) = (goal for goal in GOALS if goal.code == "kinds")
    nobody = replace(of_everything(), volunteers=())
    assert kinds.most(nobody) == 23 * (3 + 1) * 3
    assert kinds.most(replace(nobody, weights=Weights())) == 0


def test_no_window_lies_in_a_problem_that_is_shorter() -> None:
    problem = of_everything()
    found = [
        list(inside(Limit("services", min=1, window=window), problem)) for window in (13, 14, 15)
    ]
    assert found == [[0, 1], [0], []]
