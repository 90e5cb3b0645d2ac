"""What matters most: a name, the numbers behind it, and what a plan makes of it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest

from matching import DAY, PRESETS, WEEK, Problem, check, problem_from_json, with_preset
from matching.agreements import Limit
from matching.problem import Weights
from tests.matching.solved import best, solved_tiny

HOME = [26.08, 119.3]
AWAY = [26.2, 119.3]  # some 13 km
FIRST = ("short", "serve", "target", "open", "load", "travel", "wish", "know", "change")
USUAL = {name: value for name, value in asdict(Weights()).items() if name in FIRST}
USUAL["serve"] = list(Weights().serve)


def volunteer(name: str, home: list[float]) -> dict[str, Any]:
    return {
        "id": name,
        "home": home,
        "max_travel": 600,
        "qualifications": {},
        "available": [[0, 2 * WEEK]],
        **dict.fromkeys(("max_per_day", "max_per_week", "max_total", "max_open")),
        "load_before": 0,
        "likes": {},
    }


def session(day: int) -> dict[str, Any]:
    return {
        "id": f"s{day}",
        "programme": "p",
        "start": day * DAY + 600,
        "end": day * DAY + 660,
        "place": HOME,
        "required": True,
        "shifts": [{"id": f"h{day}", "role": "all", "requires": [], "min": 1, "target": 1}],
        "seats": None,
        "months": None,
        "alternatives": None,
    }


def problem(days: tuple[int, ...], *people: dict[str, Any]) -> Problem:
    return problem_from_json(
        {
            "format": "matching-problem/1",
            "name": "presets",
            "start": "2026-11-30",
            "horizon": 2 * WEEK,
            "travel": {"detour": 1.3, "kmh": 30},
            "volunteers": list(people),
            "sessions": [session(day) for day in days],
            "requests": [],
            **{name: [] for name in ("apart", "avoid", "knows", "pins", "bans")},
            "current": None,
            "weights": USUAL,
        }
    )


NEAR, FAR = volunteer("near", HOME), volunteer("far", AWAY)


def served(asked: Problem) -> dict[str, int]:
    """How often each is asked in the best plan, which is a legal one of the usual problem."""
    plan = best(asked).plan
    assert not check(replace(asked, volunteers=tuple(map(bare, asked.volunteers))), plan).violations
    names = [name for name, _ in plan.assignments]
    return {name: names.count(name) for name in ("near", "far")}


def bare(one: Any) -> Any:
    return replace(one, limits=())


def test_a_preset_changes_one_respect_and_somebody_missing_stays_dearest() -> None:
    usual = asdict(Weights())
    changed = {
        name: {key for key, value in asdict(weights).items() if value != usual[key]}
        for name, weights in PRESETS.items()
    }
    assert changed == {
        "usual": set(),
        "fair": {"load"},
        "near": {"travel"},
        "steady": {"change", "know"},
        "families": {"serve"},
    }
    for weights in PRESETS.values():
        rest = asdict(weights)
        short = rest.pop("short")
        rest["serve"] = max(weights.serve)
        assert short > 5 * max(value or 0 for value in rest.values())


def test_near_sends_who_lives_near_and_fair_shares_it_out() -> None:
    six = problem((0, 1, 2, 3, 4, 7), NEAR, FAR)
    assert served(with_preset(six, "near"))["near"] > served(with_preset(six, "fair"))["near"] >= 3


def test_nobody_is_asked_more_often_a_week_where_it_can_be_helped() -> None:
    week = problem((0, 1, 2, 3, 7), NEAR, FAR)
    asked = with_preset(week, "near", per_week=2)
    assert served(with_preset(week, "near"))["far"] == 0
    plan = best(asked).plan
    hers = sorted(shift for name, shift in plan.assignments if name == "near")
    assert len(hers) == 3 and "h7" in hers  # two in the first week, and the one of the second


def test_it_forbids_nothing_where_it_cannot_be_helped() -> None:
    alone = problem((0, 1, 2, 5), NEAR)
    assert served(with_preset(alone, "usual", per_week=1, weekends=0)) == {"near": 4, "far": 0}


@pytest.mark.parametrize(("most", "hers"), [(None, 4), (1, 2), (0, 0)])
def test_weekends_go_to_who_has_had_fewer(most: int | None, hers: int) -> None:
    weekends = problem((5, 6, 12, 13), NEAR, FAR)
    two_far = with_preset(weekends, "near", weekends=most)
    keeps = tuple(
        replace(one, limits=() if one.id == "far" else one.limits) for one in two_far.volunteers
    )
    assert served(replace(two_far, volunteers=keeps))["near"] == hers


def test_limits_that_were_agreed_and_the_price_of_a_seat_stay() -> None:
    agreed = Limit("days", max=3, window=7)
    base = problem((0,), NEAR)
    base = replace(
        base,
        weights=Weights(change_seat=777),
        volunteers=(replace(base.volunteers[0], limits=(agreed,)),),
    )
    asked = with_preset(base, "families", per_week=3)
    assert asked.weights.seat_gone == 777 and asked.weights.serve[0] == 2 * Weights().serve[0]
    assert asked.volunteers[0].limits[0] == agreed and len(asked.volunteers[0].limits) == 2


def test_usual_is_the_problem_itself() -> None:
    given, _ = solved_tiny(1)
    usual = replace(given, weights=Weights(change_seat=given.weights.change_seat))
    assert with_preset(given, "usual") == usual


def test_a_preset_that_there_is_not() -> None:
    with pytest.raises(KeyError):
        with_preset(problem((0,), NEAR), "cheap")
