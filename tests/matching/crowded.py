"""Thousands of families who rank crowded days, made from a seed: few days, many wishes, every day
with the fewest and the most people that it takes."""

from __future__ import annotations

from random import Random
from typing import Any

from matching.problem import DAY

HOME = [26.0, 119.3]
SIZES = (2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 7, 8)
RANKS = (0, 50, 50, 100, 200, 200, 300, 300, 400, 500)  # what each choice of a family costs
EACH = (0, 0, 9, 9, 9, 18, 18, 36, 36, 235)  # and what it costs for each of its people


def crowded(seed: int, families: int, days: int) -> dict[str, Any]:
    """Plain data of matching-problem/1."""
    r = Random(f"crowded-{seed}")
    sizes = [r.choice(SIZES) for _ in range(families)]
    mean = sum(sizes) / days
    room = {"min": int(mean * 0.6), "max": int(mean * 1.45), "per_volunteer": int(mean * 1.45)}
    liked = [r.choice([1, 1, 1, 2, 3, 5]) for _ in range(days)]
    weights = dict.fromkeys(
        ("short", "target", "open", "load", "travel", "wish", "know", "change"), 0
    )
    return {
        "format": "matching-problem/1",
        "name": f"crowded-{seed}",
        "start": "2026-11-30",
        "horizon": days * DAY,
        "travel": {"detour": 1, "kmh": 25},
        "volunteers": [_host(day) for day in range(days)],
        "sessions": [_day(day, room) for day in range(days)],
        "requests": [_wish(r, k, size, liked) for k, size in enumerate(sizes)],
        "apart": [],
        "avoid": [],
        "knows": [],
        "pins": [],
        "bans": [],
        "current": None,
        "weights": weights | {"serve": [10_000]},
    }


def _host(day: int) -> dict[str, Any]:
    return {
        "id": f"v{day:03}",
        "home": HOME,
        "max_travel": 600,
        "qualifications": {},
        "available": [[day * DAY, (day + 1) * DAY]],
        "max_per_day": 1,
        "max_per_week": None,
        "max_total": 1,
        "max_open": 0,
        "load_before": 0,
        "likes": {},
    }


def _day(day: int, room: dict[str, int]) -> dict[str, Any]:
    host = {"id": f"d{day:03}.0", "role": "host", "requires": [], "min": 1, "target": 1}
    return {
        "id": f"d{day:03}",
        "programme": "day",
        "start": day * DAY + 600,
        "end": day * DAY + 660,
        "place": HOME,
        "required": False,
        "seats": room,
        "months": None,
        "alternatives": None,
        "shifts": [host],
    }


def _wish(r: Random, number: int, size: int, liked: list[int]) -> dict[str, Any]:
    chosen: dict[int, None] = {}
    while len(chosen) < min(len(RANKS), len(liked)):
        chosen[r.choices(range(len(liked)), liked)[0]] = None
    costs = [rank + each * size for rank, each in zip(RANKS, EACH, strict=True)]
    return {
        "id": f"r{number:05}",
        "family": f"f{number:05}",
        "children": ["2020-01"] * size,
        "home": HOME,
        "max_travel": 600,
        "available": [[0, len(liked) * DAY]],
        "programmes": None,
        "choices": {f"d{day:03}": cost for day, cost in zip(chosen, costs, strict=False)},
        "wants": 1,
        "per_week": None,
        "priority": 1,
    }
