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
from matching.arrays.rows import Rows
from matching.check import check
from matching.cost import cost_of, least_cost, load_units
from matching.formats.reading import problem_from_json
from matching.plan import Plan
from matching.problem import (
    DAY,
    WEEK,
    Problem,
    Request,
    Seats,
    Session,
    Shift,
    Volunteer,
    Weights,
)
from matching.program.bound import (
    ROOM,
    SCALE,
    STRONGEST,
    dual_bound,
    reduced_costs,
    row_values,
    scaled,
)
from matching.program.program import Program, candidates, model
from matching.rules import GOALS
from matching.rules.counting import inside
from matching.solvers import engines
from matching.tally import Tally
from matching.travel import travel_minutes
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


def test_a_goal_is_a_part_of_the_cost_of_problems_that_have_it_alone() -> None:
    def asked(problem: Problem) -> set[str]:
        return {goal.code for goal in GOALS if goal.asked(problem)}

    problem = of_everything()
    assert asked(problem) == set(MOST_OF) - {"expected"}
    first, second, _ = problem.sessions
    optional_alone = replace(problem, sessions=(replace(first, mix=()), second))
    assert asked(optional_alone) == set(MOST_OF) - {"expected", "mix"}
    nothing = Problem("nothing", date(2026, 11, 30), DAY, sessions=(replace(second, mix=()),))
    assert asked(nothing) == set()
    assert asked(replace(nothing, together=(("v0", "v1", None),))) == set()


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


def test_no_plan_is_cheaper_than_its_cheapest_choices_and_all_its_meetings() -> None:
    """The two wishes of one family count together, and no family meets more often than there are
    rooms."""
    problem = of_everything()
    usual: dict[str, Any] = {"children": ("2025-12",), "home": (26.0, 119.0), "max_travel": 600}
    usual |= {"available": ((0, 2 * WEEK),), "per_week": 9}
    choices = {"a": -5, "b": -7, "c": 4}
    wishes = (
        Request("q0", "f", wants=1, choices=choices, **usual),
        Request("q1", "f", wants=1, **usual),
        Request("q2", "g", wants=1, **usual),
        Request("q3", "h", wants=9, choices={"a": -2, "b": -1, "c": 4}, **usual),
    )
    knows = (("f", "v0", 3), ("g", "v0", 2), ("h", "v1", 1), ("nobody", "v1", 9))
    known = replace(problem, requests=wishes, knows=knows)
    goals = -8 - 9 - 29 * 3 * 3
    assert least_cost(problem) == goals
    assert least_cost(known) == -7 - 3 - 29 * (3 * 2 + 2 * 1 + 1 * 2) + goals
    plain = replace(known, volunteers=(), sessions=(), together=())
    assert least_cost(plain) == -7 - 3


def test_every_part_of_a_plan_is_counted() -> None:
    """One plan by hand: people missing and too many, two families, one served twice."""
    here, there = (26.08, 119.30), (26.18, 119.42)
    way = travel_minutes(Problem("way", date(2026, 11, 30), DAY).travel, here, there)
    weights = Weights(
        short=1000,
        serve=(60, 30),
        target=200,
        open=50,
        load=4,
        travel=3,
        wish=10,
        know=40,
        change=70,
        change_seat=500,
        surplus=37,
    )
    room = Seats(0, 9, 9)

    def session(name: str, day: int, required: bool, *heads: int, **fields: Any) -> Session:
        least, target, spare = heads
        shifts = (Shift(f"{name}.0", "lead", (), least, target, spare=spare),)
        start = day * DAY + 600
        times = {"start": start, "end": start + 60, "place": here}
        return Session(
            name, "class", required=required, shifts=shifts, seats=room, **(times | fields)
        )

    usual: dict[str, Any] = {"max_travel": 600, "available": ((0, 2 * WEEK),)}
    people = {"qualifications": {}, "max_per_day": 9} | usual
    families: dict[str, Any] = {"children": ("2025-12",), "per_week": 9} | usual
    problem = Problem(
        "by hand",
        date(2026, 11, 30),
        2 * WEEK,
        sessions=(
            session("a", 0, True, 3, 5, 0, priority=2),
            session("b", 1, False, 1, 1, 1),
            session("c", 2, False, 1, 4, 0, place=there),
            session("d", 3, False, 1, 4, 0),
            session("e", 4, True, 1, 3, 0),
        ),
        volunteers=(
            Volunteer("v0", home=here, load_before=5, **people),
            Volunteer("v1", home=here, likes={"class": 1}, **people),
        ),
        requests=(
            Request(
                "q0", "f", home=here, wants=4, priority=3, choices={"a": 6, "d": 9}, **families
            ),
            Request("q1", "g", home=there, wants=1, **families),
        ),
        knows=(("f", "v0", 2), ("g", "v1", 7)),
        current=Plan(
            (("v0", "a.0"), ("v1", "d.0"), ("v1", "e.0")), (("q0", "a"), ("q1", "d"), ("q1", "e"))
        ),
        weights=weights,
    )
    plan = Plan(
        (("v0", "a.0"), ("v0", "b.0"), ("v1", "b.0"), ("v0", "c.0")),
        (("q0", "a"), ("q0", "c")),
    )
    liking = [3 - problem.volunteer_of[v].liking("class") for v in ("v0", "v1")]
    assert {part: n for part, n in cost_of(Tally(problem, plan)).items() if n} == {
        "short": 1000 * (2 * 2 + 1),
        "unserved": 3 * (30 + 30) + 60,
        "target": 200 * ((5 - 3) + (4 - 1) + (3 - 1)),
        "open": 50 * 2,
        "load": 4 * ((5 + 6 + 7) + 0),
        "travel": 3 * way,
        "family_travel": 3 * way,
        "wishes": 10 * (3 * liking[0] + liking[1]),
        "choices": 6,
        "continuity": -40 * 2 * 2,
        "changes": 70 * 2 + 500 * 2,
        "surplus": 37,
    }


@pytest.mark.parametrize(
    ("minutes", "lengths", "units"),
    [
        (None, (60, 60, None), 3),
        (60, (60, 60), 2),
        (60, (60, 61), 3),
        (60, (30, 30, None), 2),
        (60, (None, None), 2),
        (60, (), 0),
    ],
)
def test_load_is_services_or_minutes_begun_and_what_has_no_time_counts_once(
    minutes: int | None, lengths: tuple[int | None, ...], units: int
) -> None:
    sessions = [
        replace(
            of_everything().sessions[2],
            start=None if length is None else 600,
            end=None if length is None else 600 + length,
        )
        for length in lengths
    ]
    assert load_units(sessions, minutes) == units


# --- what row prices prove ------------------------------------------------------------------------
ENDLESS = float("inf")


def by_hand() -> Program:
    """x0 + 2·x1 ≥ 1, x0 ≤ 1 and a row without limits; x0 costs 5 and is 0 or 1, x1 saves 3, up to
    twice; 7 are paid anyhow."""
    return Program(
        price=np.array([5.0, -3.0]),
        low=np.array([0.0, 0.0]),
        high=np.array([1.0, 2.0]),
        whole=np.array([True, True]),
        rows=Rows(
            np.array([0, 2, 3, 4]),
            np.array([0, 1, 0, 1]),
            np.array([1.0, 2.0, 1.0, 1.0]),
            np.array([1.0, -ENDLESS, -ENDLESS]),
            np.array([ENDLESS, 1.0, ENDLESS]),
        ),
        offset=7,
    )


def test_the_strongest_price_fits_into_a_whole_number_with_room() -> None:
    assert (SCALE, ROOM) == (2**20, 2.0**62)
    assert ROOM == STRONGEST * SCALE * 2


@pytest.mark.parametrize(
    ("duals", "prices"),
    [
        ([1.5, -0.25, 0], [1.5, -0.25, 0]),
        ([-1, 1, 1], [0, 0, 0]),
        ([-1 / SCALE, 1 / SCALE, 1 / SCALE], [0, 0, 0]),
        ([1, -1, -1], [1, -1, 0]),
        ([float("nan"), float("nan"), 0], [0, 0, 0]),
        ([ENDLESS, -ENDLESS, 0], [2.0**41, -(2.0**41), 0]),
    ],
)
def test_a_price_that_leans_on_no_limit_is_none(duals: list[float], prices: list[float]) -> None:
    found = scaled(by_hand(), np.array(duals))
    assert found.tolist() == [price * SCALE for price in prices]


@pytest.mark.parametrize(
    ("duals", "left", "worth", "bound", "with_x0"),
    [
        ([0, 0, 0], [5, -3], [0, 0, 0], 7 - 6, 7 + 5 - 6),
        ([1.5, -0.25, 0], [3.75, -6], [1.5, -0.25, 0], -3, 0),  # 7 + 1.25 - 12, rounded up
        ([5, 0, 0], [0, -13], [5, 0, 0], 7 + 5 - 26, 7 + 5 - 26),
        ([0, -4, 0], [9, -3], [0, -4, 0], 7 - 4 - 6, 7 - 4 + 9 - 6),
    ],
)
def test_row_prices_prove_what_they_come_to(
    duals: list[float], left: list[float], worth: list[float], bound: int, with_x0: int
) -> None:
    program = by_hand()
    y = scaled(program, np.array(duals))
    assert reduced_costs(program, y).tolist() == [one * SCALE for one in left]
    assert row_values(program, y).tolist() == [one * SCALE for one in worth]
    assert dual_bound(program, y) == bound
    raised = replace(program, low=np.array([1.0, 0.0]))
    assert dual_bound(raised, y) == with_x0
