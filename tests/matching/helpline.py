"""A month of a helpline as a problem of matching-problem/2, and its ten house rules in their own
words. The sheet is `data/helpline/april.csv`."""

from __future__ import annotations

import csv
import itertools
from calendar import monthrange
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

SHEET = Path(__file__).parent / "data" / "helpline" / "april.csv"
DAY = 1440
HOME = [26.08, 119.3]
YEAR, MONTH = 2019, 4  # its first day is a Monday
APART = 5  # any so many days hold one service: four days lie between two
CODES = {"P": ["phone"], "C": ["chat"], "CP": ["phone", "chat"], "O": ["observer"]}


@dataclass(frozen=True)
class Helper:
    """One line of the sheet."""

    name: str
    does: str
    days: tuple[int, ...]
    most: int
    weekend_days: int
    welcomes: bool
    separate_weeks: bool
    alone: bool
    never_alone: bool
    not_with: tuple[str, ...]


def helpers() -> list[Helper]:
    rows = list(csv.reader(SHEET.read_text("utf-8").splitlines()))[5:]
    return [_helper(row) for row in rows if row[3]]


def _helper(row: list[str]) -> Helper:
    flags = [cell == "1" for cell in row[6:10]]
    days = tuple(int(day) for day in row[3].split(",") if day.strip().isdigit())
    not_with = tuple(name for name in row[10].split(",") if name)
    return Helper(row[1], row[2], days, int(row[4]), int(row[5]), *flags, not_with)


def problem_of(people: list[Helper]) -> dict[str, Any]:
    """Every filled place is worth what the house says; nothing else costs anything."""
    days = range(1, monthrange(YEAR, MONTH)[1] + 1)
    return {
        "format": "matching-problem/2",
        "name": "helpline",
        "start": f"{YEAR}-{MONTH:02}-01",
        "horizon": len(days) * DAY,
        "travel": {"detour": 1, "kmh": 30},
        "volunteers": [_volunteer(p) for p in people],
        "sessions": [_session(day) for day in days],
        "requests": [],
        "apart": [list(pair) for pair in sorted(_apart(people))],
        **{name: [] for name in ("avoid", "knows", "pins", "bans")},
        "supervision": [{"novice": "never alone"}],
        "current": None,
        "weights": {
            **dict.fromkeys(
                ("short", "target", "open", "load", "travel", "wish", "know", "change"), 0
            ),
            "serve": [0],
        },
    }


def _apart(people: list[Helper]) -> set[tuple[str, str]]:
    """Who is never there on one day: an observer and who does not welcome one, two who must not be
    alone, and who does not want to be with whom."""
    pairs = {(p.name, other) for p in people for other in p.not_with}
    for a, b in itertools.permutations(people, 2):
        if a.does == "O" and not b.welcomes and b.does != "O":
            pairs.add((a.name, b.name))
        if a.never_alone and b.never_alone and a.name < b.name:
            pairs.add((a.name, b.name))
    return pairs


def _volunteer(p: Helper) -> dict[str, Any]:
    held = [*CODES[p.does], *(["never alone"] if p.never_alone else [])]
    return {
        "id": p.name,
        "home": HOME,
        "max_travel": 0,
        "qualifications": dict.fromkeys(held),
        "available": [[(day - 1) * DAY, day * DAY] for day in sorted(p.days)],
        "max_per_day": 1,
        "max_per_week": 1 if p.separate_weeks else None,
        "max_total": p.most,
        "max_open": None,
        "load_before": 0,
        "likes": {},
        "limits": [
            {"unit": "services", "window": APART, "max": 1},
            {"unit": "days", "kind": "weekend", "max": p.weekend_days},
        ],
        "alone": p.alone,
    }


def worth(day: int, place: str) -> int:
    """What a filled place is worth on that day of the month; 0 where there is none."""
    chat = date(YEAR, MONTH, day).weekday() in (0, 2)
    return {
        "phone": 11 if chat else 10,
        "chat": 9 if chat else 0,
        "observer": 9,
        "plus": 7 if chat else 8,
    }[place]


def _session(day: int) -> dict[str, Any]:
    places = [place for place in ("phone", "chat", "observer", "plus") if worth(day, place)]
    weekend = date(YEAR, MONTH, day).weekday() >= 5
    return {
        "id": f"day {day}",
        "programme": "helpline",
        "start": (day - 1) * DAY + 600,
        "end": (day - 1) * DAY + 900,
        "place": HOME,
        "required": True,
        "kinds": ["weekend"] if weekend else [],
        "shifts": [
            {
                "id": f"{day} {place}",
                "role": place,
                "requires": ["phone" if place == "plus" else place],
                "min": 0,
                "target": 1,
                "prefers": {"nobody holds this": -worth(day, place)},
            }
            for place in places
        ],
        "seats": None,
        "months": None,
        "alternatives": None,
    }


def rules_broken(people: list[Helper], plan: dict[str, Any]) -> list[str]:
    """The house rules that a plan breaks, in the sheet's own words."""
    served = [(a["volunteer"], *a["shift"].split()) for a in plan["assignments"]]
    there: dict[int, set[str]] = {}
    for name, day, _ in served:
        there.setdefault(int(day), set()).add(name)
    found = []
    for p in people:
        mine = sorted(int(day) for name, day, _ in served if name == p.name)
        places = {place for name, _, place in served if name == p.name}
        can = {"phone", "plus"} if "P" in p.does else set()
        can |= {"chat"} if "C" in p.does else set()
        can |= {"observer"} if p.does == "O" else set()
        dates = [date(YEAR, MONTH, day) for day in mine]
        beside = [there[day] - {p.name} for day in mine]
        of = {other.name: other for other in people}
        firm = [[x for x in names if not of[x].never_alone] for names in beside]
        wrong = {
            "available days": not set(mine) <= set(p.days),
            "type": not places <= can,
            "max days": len(mine) > p.most,
            "max weekend days": sum(d.weekday() >= 5 for d in dates) > p.weekend_days,
            "welcomes observer": not p.welcomes
            and p.does != "O"
            and any(of[x].does == "O" for names in beside for x in names),
            "separate week": p.separate_weeks
            and max(Counter(d.isocalendar()[1] for d in dates).values(), default=0) > 1,
            "wants to work alone": p.alone and any(beside),
            "cannot work alone": p.never_alone and not all(firm),
            "not with them": any(set(p.not_with) & names for names in beside),
            "four days between": any(b - a <= 4 for a, b in itertools.pairwise(mine)),
        }
        found += [f"{p.name}: {what}" for what, so in wrong.items() if so]
    return found


def value(plan: dict[str, Any]) -> int:
    """What the filled places of a plan are worth together."""
    parts = [a["shift"].split() for a in plan["assignments"]]
    return sum(worth(int(day), place) for day, place in parts)
