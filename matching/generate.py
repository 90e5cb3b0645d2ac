"""Problems made from a seed. `tiny` ones use every field of the format in few people, for tests by enumeration."""
from __future__ import annotations

from random import Random
from typing import Any

from matching.problem import DAY

CODES = ("lead", "clear")
PROGRAMMES = ("class", "duty")
STARTS = (540, 570, 600, 660, 720, 840, 1380)


def tiny(seed: int, volunteers: int = 3, sessions: int = 3, requests: int = 2, weeks: int = 2) -> dict[str, Any]:
    """A small wild problem as plain data: every limit, relation and null occurs for some seed; sizes are upper limits."""
    r = Random(f"tiny-{seed}")
    days = r.sample(range(weeks * 7), 3)
    people = [_volunteer(r, k, days, weeks) for k in range(r.randint(0 if seed % 10 == 0 else 1, volunteers))]
    held = [_session(r, k, days) for k in range(r.randint(1, sessions))]
    wishes = [_request(r, k, days, held) for k in range(r.randint(0, requests))]
    return {
        "format": "matching-problem/1", "name": f"tiny-{seed}", "start": "2026-11-30", "horizon": weeks * 7 * DAY,
        "travel": {"detour": r.choice([1, 1.35]), "kmh": r.choice([15, 25])},
        "volunteers": people, "sessions": held, "requests": wishes, **_relations(r, people, held, wishes), "weights": _weights(r),
    }  # fmt: skip


def _point(r: Random) -> list[float]:
    return [round(26 + r.choice([0, 0.02, 0.06, 0.1]), 5), round(119.3 + r.choice([0, 0.03, 0.08]), 5)]


def _free(r: Random, days: list[int], likely: float) -> list[list[int]]:
    out = []
    for day in sorted(days):
        if r.random() < likely:
            out.append([day * DAY + r.choice([420, 540, 600]), day * DAY + r.choice([720, 900, 1430])])
    return out


def _volunteer(r: Random, k: int, days: list[int], weeks: int) -> dict[str, Any]:
    held = {c: r.choice([None, None, r.randrange(weeks * 7 * DAY)]) for c in CODES if r.random() < 0.75}
    return {
        "id": f"v{k}", "home": _point(r), "max_travel": r.choice([0, 20, 60]), "qualifications": held, "available": _free(r, days, 0.85),
        "max_per_day": r.choice([1, 1, 2, 3]), "max_per_week": r.choice([1, 2, 3]), "max_total": r.choice([None, 0, 1, 2, 4]),
        "max_open": r.choice([0, 1, 2]), "load_before": r.choice([0, 0, 1, 5]),
        "likes": {c: r.randint(-3, 3) for c in PROGRAMMES if r.random() < 0.5},
    }  # fmt: skip


def _session(r: Random, k: int, days: list[int]) -> dict[str, Any]:
    endless = r.random() < 0.15
    start = r.choice(days) * DAY + r.choice(STARTS)
    shifts = []
    for j in range(r.choice([1, 1, 2])):
        low = r.choice([0, 1, 1, 2])
        needs = r.sample(CODES, r.choice([0, 1, 1, 2]))
        shifts.append({"id": f"s{k}.{j}", "role": f"role{j}", "requires": needs, "min": low, "target": low + r.choice([0, 0, 1, 2])})
    seats = {"min": r.choice([0, 1, 2]), "max": r.choice([1, 2, 4]), "per_volunteer": r.choice([1, 2, 3])}
    group = r.choice(["a", "b"]) if r.random() < 0.25 else None
    return {
        "id": f"s{k}", "programme": r.choice(PROGRAMMES), "start": None if endless else start, "end": None if endless else start + r.choice([60, 90, 150]),
        "place": _point(r), "required": group is None and r.random() < 0.4, "shifts": shifts,
        "seats": None if endless or r.random() < 0.3 else seats, "months": r.choice([[0, 12], [6, 24], [0, 36]]), "alternatives": group,
    }  # fmt: skip


def _request(r: Random, k: int, days: list[int], held: list[dict[str, Any]]) -> dict[str, Any]:
    choices = {s["id"]: r.choice([0, 10, 25]) for s in held if r.random() < 0.7} if r.random() < 0.4 else None
    return {
        "id": f"r{k}", "family": f"f{r.choice([k, 0])}", "children": [f"202{r.choice([5, 6])}-0{r.randint(1, 9)}" for _ in range(r.choice([1, 1, 2]))],
        "home": _point(r), "max_travel": r.choice([15, 60]), "available": _free(r, days, 0.9),
        "programmes": r.choice([None, ["class"], ["class", "duty"]]), "choices": choices,
        "wants": r.choice([1, 2, 3]), "per_week": r.choice([1, 2]), "priority": r.choice([1, 2, 4]),
    }  # fmt: skip


def _relations(r: Random, people: list[Any], held: list[Any], wishes: list[Any]) -> dict[str, Any]:
    ids = [v["id"] for v in people]
    shifts = [h["id"] for s in held for h in s["shifts"]]
    families = sorted({q["family"] for q in wishes})
    told = {
        "assignments": [{"volunteer": v, "shift": h} for v in ids for h in shifts if r.random() < 0.2],
        "seats": [{"request": q["id"], "session": s["id"]} for q in wishes for s in held if r.random() < 0.2],
    }
    return {
        "apart": [[a, b] for a in ids for b in ids if a < b and r.random() < 0.3],
        "avoid": [[f, v] for f in families for v in ids if r.random() < 0.15],
        "knows": [[f, v, r.randint(0, 3)] for f in families for v in ids if r.random() < 0.4],
        "pins": [{"volunteer": r.choice(ids), "shift": r.choice(shifts)}] if ids and r.random() < 0.15 else [],
        "bans": [{"volunteer": v, "session": s["id"]} for v in ids for s in held if r.random() < 0.1],
        "current": told if r.random() < 0.4 else None,
    }


def _weights(r: Random) -> dict[str, Any]:
    usual = {"short": 10000, "serve": [600, 300, 150, 75], "target": 200, "open": 50, "load": 4, "travel": 1, "wish": 10, "know": 40, "change": 60}
    if r.random() < 0.6:
        return usual
    return {k: r.choice([0, 3, 70, 500]) for k in usual if k != "serve"} | {"serve": [r.choice([0, 40, 300]) for _ in range(r.randint(1, 3))]}
