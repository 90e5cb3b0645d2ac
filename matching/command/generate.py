"""Problems made from a seed.

`tiny` ones use every field of the format in few people, for tests by enumeration.
"""

from __future__ import annotations

from random import Random
from typing import Any

from matching.problem import DAY

CODES = ("lead", "clear")
PROGRAMMES = ("class", "duty")
STARTS = (540, 570, 600, 660, 720, 840, 1380)


def tiny(
    seed: int, volunteers: int = 3, sessions: int = 3, requests: int = 2, weeks: int = 2
) -> dict[str, Any]:
    """A small wild problem as plain data: every limit, relation and null occurs for some seed;
    sizes are upper limits."""
    r = Random(f"tiny-{seed}")
    days = r.sample(range(weeks * 7), 3)
    people = [
        _volunteer(r, k, days, weeks)
        for k in range(r.randint(0 if seed % 10 == 0 else 1, volunteers))
    ]
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


def _volunteer(r: Random, k: int, days: list[int], weeks: int) -> dict[str, Any]:
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


def _session(r: Random, k: int, days: list[int]) -> dict[str, Any]:
    endless = r.random() < 0.15
    start = r.choice(days) * DAY + r.choice(STARTS)
    shifts = []
    for j in range(r.choice([1, 1, 2])):
        low = r.choice([0, 1, 1, 2])
        needs = r.sample(CODES, r.choice([0, 1, 1, 2]))
        shifts.append(
            {
                "id": f"s{k}.{j}",
                "role": f"role{j}",
                "requires": needs,
                "min": low,
                "target": low + r.choice([0, 0, 1, 2]),
            }
        )
    seats = {
        "min": r.choice([0, 1, 2]),
        "max": r.choice([1, 2, 4]),
        "per_volunteer": r.choice([1, 2, 3]),
    }
    group = r.choice(["a", "b"]) if r.random() < 0.25 else None
    return {
        "id": f"s{k}",
        "programme": r.choice(PROGRAMMES),
        "start": None if endless else start,
        "end": None if endless else start + r.choice([60, 90, 150]),
        "place": _point(r),
        "required": group is None and r.random() < 0.4,
        "shifts": shifts,
        "seats": None if endless or r.random() < 0.3 else seats,
        "months": r.choice([[0, 12], [6, 24], [0, 36]]),
        "alternatives": group,
    }


def _request(r: Random, k: int, days: list[int], held: list[dict[str, Any]]) -> dict[str, Any]:
    choices = (
        {s["id"]: r.choice([0, 10, 25]) for s in held if r.random() < 0.7}
        if r.random() < 0.4
        else None
    )
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


def _relations(r: Random, people: list[Any], held: list[Any], wishes: list[Any]) -> dict[str, Any]:
    ids = [v["id"] for v in people]
    shifts = [h["id"] for s in held for h in s["shifts"]]
    families = sorted({q["family"] for q in wishes})
    told = {
        "assignments": [
            {"volunteer": v, "shift": h} for v in ids for h in shifts if r.random() < 0.2
        ],
        "seats": [
            {"request": q["id"], "session": s["id"]}
            for q in wishes
            for s in held
            if r.random() < 0.2
        ],
    }
    return {
        "apart": [[a, b] for a in ids for b in ids if a < b and r.random() < 0.3],
        "avoid": [[f, v] for f in families for v in ids if r.random() < 0.15],
        "knows": [[f, v, r.randint(0, 3)] for f in families for v in ids if r.random() < 0.4],
        "pins": [{"volunteer": r.choice(ids), "shift": r.choice(shifts)}]
        if ids and r.random() < 0.15
        else [],
        "bans": [
            {"volunteer": v, "session": s["id"]} for v in ids for s in held if r.random() < 0.1
        ],
        "current": told if r.random() < 0.4 else None,
    }


WEIGHTS = {
    "short": 10000,
    "serve": [600, 300, 150, 75],
    "target": 200,
    "open": 50,
    "load": 4,
    "travel": 1,
    "wish": 10,
    "know": 40,
    "change": 60,
}


def _weights(r: Random) -> dict[str, Any]:
    if r.random() < 0.6:
        return dict(WEIGHTS)
    return {k: r.choice([0, 3, 70, 500]) for k in WEIGHTS if k != "serve"} | {
        "serve": [r.choice([0, 40, 300]) for _ in range(r.randint(1, 3))]
    }


# --- a month of a region --------------------------------------------------------------------------


def month(
    seed: int, volunteers: int, sessions: int, requests: int, towns: int = 6, weeks: int = 4
) -> dict[str, Any]:
    """A plausible month as plain data: people and venues around towns of very unequal size, five
    kinds of sessions.

    Classes and festivals for families open only if they are worth it, home visits have three
    alternative times, duties and talks are required, every tenth session is an open-ended pairing.
    Equal arguments give equal problems.
    """
    r = Random(f"month-{seed}")
    centres = [
        (26 + r.uniform(-0.4, 0.4), 119.3 + r.uniform(-0.4, 0.4), 1 / (k + 1)) for k in range(towns)
    ]
    venues = [_home(r, centres) for _ in range(max(4, sessions // 6))]
    people = [_person(r, k, centres, weeks) for k in range(volunteers)]
    held: list[dict[str, Any]] = []
    while len(held) < sessions:
        held += _event(r, len(held), venues, centres, weeks)
    held = held[:sessions]
    held += [_pairing(k, _home(r, centres)) for k in range(sessions // 10)]
    wishes = [_wish(r, k, centres, weeks) for k in range(requests)] + _visit_wishes(held, weeks)
    ids = [v["id"] for v in people]
    families = [q["family"] for q in wishes]
    return {
        "format": "matching-problem/1",
        "name": f"month-{seed}-{volunteers}x{sessions}x{requests}",
        "start": "2026-11-30",
        "horizon": weeks * 7 * DAY,
        "travel": {"detour": 1.3, "kmh": 25},
        "volunteers": people,
        "sessions": held,
        "requests": wishes,
        "apart": [sorted(r.sample(ids, 2)) for _ in range(volunteers // 100)],
        "avoid": [],
        "pins": [],
        "bans": [],
        "current": None,
        "knows": [
            [r.choice(families), r.choice(ids), r.randint(1, 3)]
            for _ in range(requests // 8 if ids else 0)
        ],
        "weights": WEIGHTS,
    }


def _home(r: Random, centres: list[tuple[float, float, float]]) -> list[float]:
    la, lo, _ = r.choices(centres, [c[2] for c in centres])[0]
    return [round(r.gauss(la, 0.03), 5), round(r.gauss(lo, 0.03), 5)]


def _hours(r: Random, share: float, weeks: int) -> list[list[int]]:
    """A weekly habit of free mornings, afternoons and evenings, with some days away."""
    habit = [
        [part for part in ((510, 720), (810, 1080), (1090, 1260)) if r.random() < share]
        for _ in range(7)
    ]
    return [
        [d * DAY + a, d * DAY + z]
        for d in range(weeks * 7)
        if r.random() > 0.07
        for a, z in habit[d % 7]
    ]


def _person(
    r: Random, k: int, centres: list[tuple[float, float, float]], weeks: int
) -> dict[str, Any]:
    codes = {"cleared": 0.75, "tutor": 0.08, "helper": 0.3, "station": 0.6, "speaker": 0.1}
    per_week = r.choice([1, 1, 2, 3])
    return {
        "id": f"v{k:05d}",
        "home": _home(r, centres),
        "max_travel": r.choice([15, 25, 40]),
        "qualifications": {
            code: None if r.random() < 0.95 else r.randrange(weeks * 7 * DAY)
            for code, share in codes.items()
            if r.random() < share
        },
        "available": _hours(r, r.choice([0.1, 0.2, 0.4]), weeks),
        "max_per_day": r.choice([1, 1, 1, 2]),
        "max_per_week": per_week,
        "max_total": r.randint(per_week, per_week * weeks),
        "max_open": r.choice([0, 1, 2]),
        "load_before": r.choice([0, 0, 1, 2, 5]),
        "likes": {
            programme: r.randint(-3, 3)
            for programme in ("class", "duty", "talk")
            if r.random() < 0.4
        },
    }


def _roles(r: Random) -> dict[str, list[tuple[str, list[str], int, int]]]:
    """Kind of session → its shifts: role, credentials, minimum, target."""
    return {
        "class": [
            ("lead", ["tutor", "cleared"], 1, 1),
            ("assistant", ["helper", "cleared"], 1, r.choice([1, 2])),
        ],
        "festival": [("lead", ["tutor", "cleared"], 1, 2), ("assistant", ["cleared"], 2, 4)],
        "visit": [("lead", ["tutor", "cleared"], 1, 1), ("companion", ["cleared"], 1, 1)],
        "duty": [("duty", ["station"], 1, r.choice([2, 3]))],
        "talk": [("speaker", ["speaker"], 1, 1), ("usher", [], 1, 3)],
    }


def _event(
    r: Random,
    number: int,
    venues: list[list[float]],
    centres: list[tuple[float, float, float]],
    weeks: int,
) -> list[dict[str, Any]]:
    """One session, or the three alternative times of a home visit."""
    kind = r.choices(["class", "festival", "visit", "duty", "talk"], [58, 8, 6, 20, 8])[0]
    place = _home(r, centres) if kind == "visit" else r.choice(venues)
    roles = _roles(r)[kind]
    seats = {
        "class": (3, r.choice([6, 8, 10, 12]), 5),
        "festival": (0, r.choice([30, 40, 60]), 10),
        "visit": (1, 2, 2),
    }.get(kind)
    band = r.choice([[0, 6], [6, 12], [12, 18], [18, 24], [24, 36]]) if kind == "class" else [0, 36]
    out = []
    for k in range(3 if kind == "visit" else 1):
        name = f"s{number:05d}" + ("abc"[k] if kind == "visit" else "")
        start = r.randrange(weeks * 7) * DAY + r.choice([570, 600, 870, 900, 960, 1140])
        out.append(
            {
                "id": name,
                "programme": kind,
                "start": start,
                "end": start + {"duty": 180, "festival": 120}.get(kind, 60),
                "place": place,
                "required": kind in ("duty", "talk"),
                "months": band if seats else None,
                "alternatives": f"visit-{number}" if kind == "visit" else None,
                "seats": seats and {"min": seats[0], "max": seats[1], "per_volunteer": seats[2]},
                "shifts": [
                    {"id": f"{name}.{j}", "role": role, "requires": codes, "min": lo, "target": hi}
                    for j, (role, codes, lo, hi) in enumerate(roles)
                ],
            }
        )
    return out


def _pairing(k: int, place: list[float]) -> dict[str, Any]:
    shift = {"id": f"p{k:05d}.0", "role": "mentor", "requires": ["cleared"], "min": 1, "target": 1}
    return {
        "id": f"p{k:05d}",
        "programme": "pairing",
        "start": None,
        "end": None,
        "place": place,
        "required": True,
        "seats": None,
        "months": None,
        "alternatives": None,
        "shifts": [shift],
    }


def _wish(
    r: Random, k: int, centres: list[tuple[float, float, float]], weeks: int
) -> dict[str, Any]:
    born = [
        f"202{4 + (m := r.randint(0, 34)) // 12}-{m % 12 + 1:02d}"
        for _ in range(2 if r.random() < 0.07 else 1)
    ]
    return {
        "id": f"r{k:05d}",
        "family": f"f{k:05d}",
        "children": born,
        "home": _home(r, centres),
        "max_travel": r.choice([15, 25, 40]),
        "available": _hours(r, 0.4, weeks),
        "programmes": ["class", "festival"],
        "choices": None,
        "wants": r.choice([1, 1, 2, 4]),
        "per_week": 1,
        "priority": r.choice([1, 1, 1, 1, 2, 4]),
    }


def _visit_wishes(held: list[dict[str, Any]], weeks: int) -> list[dict[str, Any]]:
    """Each home visit belongs to one family, which names its three times."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for s in held:
        if s["alternatives"]:
            groups.setdefault(s["alternatives"], []).append(s)
    return [
        {
            "id": f"r-{group}",
            "family": f"f-{group}",
            "children": ["2025-06"],
            "home": times[0]["place"],
            "max_travel": 5,
            "available": [[0, weeks * 7 * DAY]],
            "programmes": None,
            "choices": {s["id"]: 10 * k for k, s in enumerate(times)},
            "wants": 1,
            "per_week": 1,
            "priority": 4,
        }
        for group, times in groups.items()
    ]
