"""Seven labour rules that planners ask for, each said and kept: one person who could take
everything is given as much as the rule allows, and no more."""

from __future__ import annotations

from typing import Any

import pytest

from matching import problem_from_json
from tests.matching.second import judged
from tests.matching.solved import best

DAY = 1440
HOUR = 60
HOME = [26.08, 119.3]
Times = list[tuple[int, int, int, str]]  # day, from and to as hours of that day, kind


def nights(days: range) -> Times:
    return [(day, 22, 30, "night") for day in days]


LONG_SERIES = [*nights(range(3)), (4, 9, 10, "morning"), (5, 22, 30, "night")]
WEEKENDS = [(7 * week + day, 9, 12, "weekend") for week in range(4) for day in (5, 6)]
RULES: dict[str, tuple[dict[str, Any], Times, int]] = {
    "no more than 5 nights in a row": (
        {"limits": [{"unit": "days", "kind": "night", "window": 6, "max": 5}]},
        [(day, 1, 5, "night") for day in range(10)],
        9,
    ),
    "no more than 3 late shifts in a week": (
        {"limits": [{"unit": "services", "kind": "late", "window": 7, "max": 3}]},
        [(day, 17, 19, "late") for day in range(14)],
        6,
    ),
    "no more than 2 weekend shifts in a month": (
        {"limits": [{"unit": "services", "kind": "weekend", "max": 2}]},
        WEEKENDS,
        2,
    ),
    "no more than 2 weekends in a month with a shift": ({"max_weekends": 2}, WEEKENDS, 4),
    "no two weekends in a row": ({"weekend_gap": 1}, WEEKENDS, 4),
    "2 weekends of any 3": (
        {"limits": [{"unit": "weekends", "window": 3, "max": 2}]},
        WEEKENDS,
        6,
    ),
    "14 hours of rest after a shift of a kind": (
        {"rests": [{"minutes": 14 * HOUR, "after": "heavy"}]},
        [(0, 8, 10, "heavy"), (0, 20, 22, "light"), (1, 8, 10, "light")],
        2,
    ),
    "a block of 60 hours in every week": (
        {"rest_block": {"minutes": 60 * HOUR, "window": 7, "rolling": False}},
        [(day, 9, 10, "") for day in range(7)],
        5,
    ),
    "48 hours of rest after a series of nights": (
        {"rests": [{"minutes": 48 * HOUR, "after": "night", "series": True}]},
        LONG_SERIES,
        4,
    ),
    "48 hours of rest before a night that does not go on with the series": (
        {"rests": [{"minutes": 48 * HOUR, "after": "night", "series": True}]},
        [(0, 22, 30, "night"), (2, 22, 30, "night")],
        1,
    ),
    "11 hours from the night to the morning": (
        {"min_rest": 11 * HOUR},
        [(0, 22, 32, ""), (1, 8, 16, "")],
        1,
    ),
    "what was served before counts over the border": (
        {
            "limits": [{"unit": "days", "window": 3, "max": 2}],
            "history": [
                {"start": -2 * DAY + 600, "end": -2 * DAY + 660},
                {"start": -60, "end": -1},
            ],
        },
        [(day, 9, 10, "") for day in range(3)],
        2,
    ),
}


def problem(fields: dict[str, Any], times: Times) -> dict[str, Any]:
    """One person with these agreements, and sessions that each want her alone."""
    weeks = 1 + max(day for day, *_ in times) // 7
    others = dict.fromkeys(("target", "open", "load", "travel", "wish", "know", "change"), 0)
    her = {
        "id": "she",
        "home": HOME,
        "max_travel": 0,
        "qualifications": {},
        "available": [[0, (7 * weeks + 2) * DAY]],
        **dict.fromkeys(("max_per_day", "max_per_week", "max_total", "max_open")),
        "load_before": 0,
        "likes": {},
    }
    return {
        "format": "matching-problem/2",
        "name": "labour",
        "start": "2026-11-30",
        "horizon": 7 * weeks * DAY,
        "travel": {"detour": 1, "kmh": 30},
        "volunteers": [her | fields],
        "sessions": [_session(k, *time) for k, time in enumerate(times)],
        "requests": [],
        **{name: [] for name in ("apart", "avoid", "knows", "pins", "bans")},
        "current": None,
        "weights": {**others, "short": 1, "serve": [0]},
    }


def _session(number: int, day: int, begin: int, end: int, kind: str) -> dict[str, Any]:
    shift = {"id": f"h{number}", "role": "all", "requires": [], "min": 1, "target": 1}
    return {
        "id": f"s{number}",
        "programme": "p",
        "start": day * DAY + begin * HOUR,
        "end": day * DAY + end * HOUR,
        "place": HOME,
        "required": True,
        "kinds": [kind] if kind else [],
        "shifts": [shift],
        "seats": None,
        "months": None,
        "alternatives": None,
    }


@pytest.mark.parametrize("rule", RULES)
def test_a_labour_rule_is_kept_and_costs_no_more_than_it_must(rule: str) -> None:
    fields, times, most = RULES[rule]
    data = problem(fields, times)
    result = best(problem_from_json(data))
    assert judged(data, dict(result.plan.to_json())).broken == set()
    assert (len(result.plan.assignments), result.bound) == (most, len(times) - most)
    free = best(problem_from_json(problem({}, times)))
    assert len(free.plan.assignments) == len(times)
