"""Small wild problems made from a seed: every field of the format in few people, for tests by
enumeration."""

from __future__ import annotations

from random import Random

from matching.command.generate import WEIGHTS
from matching.formats.plain import (
    BanData,
    ProblemData,
    RelationsData,
    RequestData,
    SeatsData,
    SessionData,
    ShiftData,
    VolunteerData,
    WeightsData,
)
from matching.plan import AssignmentData, PlanData, SeatData
from matching.problem import DAY

CODES = ("lead", "clear")
PROGRAMMES = ("class", "duty")
PRICES = (0, 3, 70, 500)
STARTS = (540, 570, 600, 660, 720, 840, 1380)


def tiny(
    seed: int, volunteers: int = 3, sessions: int = 3, requests: int = 2, weeks: int = 2
) -> ProblemData:
    """A small wild problem as plain data: every limit, relation and null occurs for some seed;
    sizes are upper limits."""
    r = Random(f"tiny-{seed}")
    days = r.sample(range(weeks * 7), 3)
    fewest = min(seed % 10, 1)  # every tenth problem may have nobody
    people = [_volunteer(r, k, days, weeks) for k in range(r.randint(fewest, volunteers))]
    held = [_session(r, k, days) for k in range(r.randint(1, sessions))]
    wishes = [_request(r, k, days, held) for k in range(r.randint(0, requests))]
    return {
        "format": "matching-problem/1",
        "name": f"tiny-{seed}",
        "start": "2026-11-30",
        "horizon": weeks * 7 * DAY,
        "travel": {"detour": r.choice([1, 1.35]), "kmh": r.choice([15, 25])},
        "volunteers": people,
        "sessions": held,
        "requests": wishes,
        **_relations(r, people, held, wishes),
        "weights": _weights(r),
    }


def _point(r: Random) -> list[float]:
    return [
        round(26 + r.choice([0, 0.02, 0.06, 0.1]), 5),
        round(119.3 + r.choice([0, 0.03, 0.08]), 5),
    ]


def _free(r: Random, days: list[int], likely: float) -> list[list[int]]:
    out = []
    for day in sorted(days):
        if r.random() < likely:
            out.append(
                [day * DAY + r.choice([420, 540, 600]), day * DAY + r.choice([720, 900, 1430])]
            )
    return out


def _volunteer(r: Random, k: int, days: list[int], weeks: int) -> VolunteerData:
    held = {
        c: r.choice([None, None, r.randrange(weeks * 7 * DAY)]) for c in CODES if r.random() < 0.75
    }
    return {
        "id": f"v{k}",
        "home": _point(r),
        "max_travel": r.choice([0, 20, 60]),
        "qualifications": held,
        "available": _free(r, days, 0.85),
        "max_per_day": r.choice([1, 1, 2, 3]),
        "max_per_week": r.choice([1, 2, 3]),
        "max_total": r.choice([None, 0, 1, 2, 4]),
        "max_open": r.choice([0, 1, 2]),
        "load_before": r.choice([0, 0, 1, 5]),
        "likes": {c: r.randint(-3, 3) for c in PROGRAMMES if r.random() < 0.5},
    }


def _session(r: Random, k: int, days: list[int]) -> SessionData:
    endless = r.random() < 0.15
    moment = r.choice(days) * DAY + r.choice(STARTS)
    shifts = [_shift(r, f"s{k}", j) for j in range(r.choice([1, 1, 2]))]
    room: SeatsData = {
        "min": r.choice([0, 1, 2]),
        "max": r.choice([1, 2, 4]),
        "per_volunteer": r.choice([1, 2, 3]),
    }
    group = None
    if r.random() < 0.25:
        group = r.choice("ab")
    programme = r.choice(PROGRAMMES)
    start = None
    end = None
    if not endless:
        start = moment
        end = moment + r.choice([60, 90, 150])
    place = _point(r)
    required = group is None and r.random() < 0.4
    seats = None
    if not endless and r.random() >= 0.3:
        seats = room
    return {
        "id": f"s{k}",
        "programme": programme,
        "start": start,
        "end": end,
        "place": place,
        "required": required,
        "shifts": shifts,
        "seats": seats,
        "months": r.choice([[0, 12], [6, 24], [0, 36]]),
        "alternatives": group,
    }


def _shift(r: Random, session: str, number: int) -> ShiftData:
    low = r.choice([0, 1, 1, 2])
    return {
        "id": f"{session}.{number}",
        "role": f"role{number}",
        "requires": r.sample(CODES, r.choice([0, 1, 1, 2])),
        "min": low,
        "target": low + r.choice([0, 0, 1, 2]),
    }


def _request(r: Random, k: int, days: list[int], held: list[SessionData]) -> RequestData:
    choices = None
    if r.random() < 0.4:
        choices = {s["id"]: r.choice([0, 10, 25]) for s in held if r.random() < 0.7}
    return {
        "id": f"r{k}",
        "family": f"f{r.choice([k, 0])}",
        "children": [
            f"202{r.choice([5, 6])}-0{r.randint(1, 9)}" for _ in range(r.choice([1, 1, 2]))
        ],
        "home": _point(r),
        "max_travel": r.choice([15, 60]),
        "available": _free(r, days, 0.9),
        "programmes": r.choice([None, ["class"], ["class", "duty"]]),
        "choices": choices,
        "wants": r.choice([1, 2, 3]),
        "per_week": r.choice([1, 2]),
        "priority": r.choice([1, 2, 4]),
    }


def _relations(
    r: Random, people: list[VolunteerData], held: list[SessionData], wishes: list[RequestData]
) -> RelationsData:
    ids = [v["id"] for v in people]
    shifts = [h["id"] for s in held for h in s["shifts"]]
    families = sorted({q["family"] for q in wishes})
    told = _told(r, ids, shifts, held, wishes)
    apart = [[a, b] for a in ids for b in ids if a < b and r.random() < 0.3]
    avoid = [[f, v] for f in families for v in ids if r.random() < 0.15]
    knows: list[list[str | int]] = [
        [f, v, r.randint(0, 3)] for f in families for v in ids if r.random() < 0.4
    ]
    pins: list[AssignmentData] = []
    if ids and r.random() < 0.15:
        pins.append({"volunteer": r.choice(ids), "shift": r.choice(shifts)})
    bans: list[BanData] = [
        {"volunteer": v, "session": s["id"]} for v in ids for s in held if r.random() < 0.1
    ]
    current = None
    if r.random() < 0.4:
        current = told
    return {
        "apart": apart,
        "avoid": avoid,
        "knows": knows,
        "pins": pins,
        "bans": bans,
        "current": current,
    }


def _told(
    r: Random,
    ids: list[str],
    shifts: list[str],
    held: list[SessionData],
    wishes: list[RequestData],
) -> PlanData:
    """A plan that people have heard of, whether it keeps the rules or not."""
    assignments: list[AssignmentData] = [
        {"volunteer": v, "shift": h} for v in ids for h in shifts if r.random() < 0.2
    ]
    seats: list[SeatData] = [
        {"request": q["id"], "session": s["id"]} for q in wishes for s in held if r.random() < 0.2
    ]
    return {"assignments": assignments, "seats": seats}


def _weights(r: Random) -> WeightsData:
    if r.random() < 0.6:
        return WEIGHTS.copy()
    return {
        "short": r.choice(PRICES),
        "target": r.choice(PRICES),
        "open": r.choice(PRICES),
        "load": r.choice(PRICES),
        "travel": r.choice(PRICES),
        "wish": r.choice(PRICES),
        "know": r.choice(PRICES),
        "change": r.choice(PRICES),
        "serve": [r.choice([0, 40, 300]) for _ in range(r.randint(1, 3))],
    }
