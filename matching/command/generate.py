"""A plausible month of a region, made from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from matching.formats.plain import (
    ProblemData,
    RequestData,
    SeatsData,
    SessionData,
    ShiftData,
    VolunteerData,
    WeightsData,
)
from matching.problem import DAY

Town = tuple[float, float, float]  # latitude, longitude, how many of the people live there
BANDS = ([0, 6], [6, 12], [12, 18], [18, 24], [24, 36])  # months of age
WEIGHTS: WeightsData = {
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


def month(
    seed: int, volunteers: int, sessions: int, requests: int, towns: int = 6, weeks: int = 4
) -> ProblemData:
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
    held = _sessions(r, sessions, venues, centres, weeks)
    wishes = [_wish(r, k, centres, weeks) for k in range(requests)] + _visit_wishes(held, weeks)
    ids = [v["id"] for v in people]
    apart = [sorted(r.sample(ids, 2)) for _ in range(volunteers // 100)]
    knows: list[list[str | int]] = []
    if ids:
        knows = [_acquaintance(r, wishes, ids) for _ in range(requests // 8)]
    return {
        "format": "matching-problem/1",
        "name": f"month-{seed}-{volunteers}x{sessions}x{requests}",
        "start": "2026-11-30",
        "horizon": weeks * 7 * DAY,
        "travel": {"detour": 1.3, "kmh": 25},
        "volunteers": people,
        "sessions": held,
        "requests": wishes,
        "apart": apart,
        "avoid": [],
        "pins": [],
        "bans": [],
        "current": None,
        "knows": knows,
        "weights": WEIGHTS,
    }


def _sessions(
    r: Random, count: int, venues: list[list[float]], centres: list[Town], weeks: int
) -> list[SessionData]:
    """So many with a time, and a tenth as many open-ended pairings."""
    held: list[SessionData] = []
    while len(held) < count:
        held += _event(r, len(held), venues, centres, weeks)
    return held[:count] + [_pairing(k, _home(r, centres)) for k in range(count // 10)]


def _acquaintance(r: Random, wishes: list[RequestData], ids: list[str]) -> list[str | int]:
    return [r.choice(wishes)["family"], r.choice(ids), r.randint(1, 3)]


def _home(r: Random, centres: list[Town]) -> list[float]:
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


def _person(r: Random, k: int, centres: list[Town], weeks: int) -> VolunteerData:
    codes = {"cleared": 0.75, "tutor": 0.08, "helper": 0.3, "station": 0.6, "speaker": 0.1}
    per_week = r.choice([1, 1, 2, 3])
    return {
        "id": f"v{k:05d}",
        "home": _home(r, centres),
        "max_travel": r.choice([15, 25, 40]),
        "qualifications": {
            code: _lapses(r, weeks) for code, share in codes.items() if r.random() < share
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


def _lapses(r: Random, weeks: int) -> int | None:
    """Few credentials lapse within the month."""
    if r.random() < 0.95:
        return None
    return r.randrange(weeks * 7 * DAY)


@dataclass(frozen=True)
class _Kind:
    """What the sessions of one programme have in common: role, credentials, minimum and target of
    each shift, and a mark for each of the alternative times."""

    shifts: list[tuple[str, list[str], int, int]]
    seats: SeatsData | None = None
    minutes: int = 60
    required: bool = False
    marks: tuple[str, ...] = ("",)


SHARES = {"class": 58, "festival": 8, "visit": 6, "duty": 20, "talk": 8}
LEAD = ["tutor", "cleared"]


def _kinds(r: Random) -> dict[str, _Kind]:
    hands = r.choice([1, 2])
    on_duty = r.choice([2, 3])
    room = r.choice([6, 8, 10, 12])
    hall = r.choice([30, 40, 60])
    return {
        "class": _Kind(
            [("lead", LEAD, 1, 1), ("assistant", ["helper", "cleared"], 1, hands)],
            {"min": 3, "max": room, "per_volunteer": 5},
        ),
        "festival": _Kind(
            [("lead", LEAD, 1, 2), ("assistant", ["cleared"], 2, 4)],
            {"min": 0, "max": hall, "per_volunteer": 10},
            minutes=120,
        ),
        "visit": _Kind(
            [("lead", LEAD, 1, 1), ("companion", ["cleared"], 1, 1)],
            {"min": 1, "max": 2, "per_volunteer": 2},
            marks=("a", "b", "c"),
        ),
        "duty": _Kind([("duty", ["station"], 1, on_duty)], minutes=180, required=True),
        "talk": _Kind([("speaker", ["speaker"], 1, 1), ("usher", [], 1, 3)], required=True),
    }


def _event(
    r: Random, number: int, venues: list[list[float]], centres: list[Town], weeks: int
) -> list[SessionData]:
    """One session, or the three alternative times of a home visit."""
    programme = r.choices([*SHARES], [*SHARES.values()])[0]
    alternatives = None
    if programme == "visit":
        place = _home(r, centres)
        alternatives = f"visit-{number}"
    else:
        place = r.choice(venues)
    kind = _kinds(r)[programme]
    months = _months(r, programme, kind)
    return [
        {
            "id": f"s{number:05d}{mark}",
            "programme": programme,
            "start": (start := _start(r, weeks)),
            "end": start + kind.minutes,
            "place": place,
            "required": kind.required,
            "months": months,
            "alternatives": alternatives,
            "seats": kind.seats,
            "shifts": _shifts(kind, f"s{number:05d}{mark}"),
        }
        for mark in kind.marks
    ]


def _start(r: Random, weeks: int) -> int:
    return r.randrange(weeks * 7) * DAY + r.choice([570, 600, 870, 900, 960, 1140])


def _months(r: Random, programme: str, kind: _Kind) -> list[int] | None:
    """The ages that a session is for; None where no family comes."""
    if programme == "class":
        return r.choice(BANDS)
    if kind.seats:
        return [0, 36]
    return None


def _shifts(kind: _Kind, session: str) -> list[ShiftData]:
    return [
        {"id": f"{session}.{k}", "role": role, "requires": codes, "min": low, "target": high}
        for k, (role, codes, low, high) in enumerate(kind.shifts)
    ]


def _pairing(k: int, place: list[float]) -> SessionData:
    shift: ShiftData = {
        "id": f"p{k:05d}.0",
        "role": "mentor",
        "requires": ["cleared"],
        "min": 1,
        "target": 1,
    }
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


def _wish(r: Random, k: int, centres: list[Town], weeks: int) -> RequestData:
    children = 1 + (r.random() < 0.07)
    return {
        "id": f"r{k:05d}",
        "family": f"f{k:05d}",
        "children": [_birth_month(r) for _ in range(children)],
        "home": _home(r, centres),
        "max_travel": r.choice([15, 25, 40]),
        "available": _hours(r, 0.4, weeks),
        "programmes": ["class", "festival"],
        "choices": None,
        "wants": r.choice([1, 1, 2, 4]),
        "per_week": 1,
        "priority": r.choice([1, 1, 1, 1, 2, 4]),
    }


def _birth_month(r: Random) -> str:
    years, months = divmod(r.randint(0, 34), 12)
    return f"{2024 + years}-{months + 1:02d}"


def _visit_wishes(held: list[SessionData], weeks: int) -> list[RequestData]:
    """Each home visit belongs to one family, which names its three times."""
    groups: dict[str, list[SessionData]] = {}
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
