"""The nurse rostering instances of schedulingbenchmarks.org as problems of matching-problem/2, and
a judge of rosters that knows only the words of their files.

Every rule of theirs is said: see `problem_of`. What a roster costs there is what the plan costs
here, less a number that is the same for every plan (`Nurses.constant`).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "nurses"
DAY = 1440
HOME = [26.08, 119.3]
OPENING = 360  # when the earliest shift of a day begins
STEP = 60  # how much later each further shift begins
ENOUGH = 10  # per minute that is missing to somebody's fewest: dearer than any shift
Row = list[str]


@dataclass
class Nurses:
    """One instance, section by section."""

    days: int = 0
    length: dict[str, int] = field(default_factory=dict)
    not_after: dict[str, list[str]] = field(default_factory=dict)
    staff: list[Row] = field(default_factory=list)
    off: dict[str, list[int]] = field(default_factory=dict)
    on_requests: list[Row] = field(default_factory=list)
    off_requests: list[Row] = field(default_factory=list)
    cover: list[Row] = field(default_factory=list)

    @property
    def constant(self) -> int:
        """What every plan costs here and no roster costs there: the people asked for, less the
        wishes, which are worth something here where they cost something there if they fail."""
        asked = sum(int(row[2]) for row in self.cover)
        return asked - sum(int(row[3]) for row in self.on_requests)


def read(number: int) -> Nurses:
    """The instance of a file."""
    found = Nurses()
    section = ""
    for line in (DATA / f"Instance{number}.txt").read_text("utf-8").splitlines():
        if line.startswith("SECTION"):
            section = line.removeprefix("SECTION_").strip()
        elif line and not line.startswith("#"):
            _take(found, section, line.split(","))
    return found


def _take(found: Nurses, section: str, row: Row) -> None:
    if section == "HORIZON":
        found.days = int(row[0])
    elif section == "SHIFTS":
        found.length[row[0]] = int(row[1])
        found.not_after[row[0]] = [name for name in row[2].split("|") if name]
    elif section == "STAFF":
        found.staff.append(row)
    elif section == "DAYS_OFF":
        found.off[row[0]] = [int(day) for day in row[1:]]
    elif section == "SHIFT_ON_REQUESTS":
        found.on_requests.append(row)
    elif section == "SHIFT_OFF_REQUESTS":
        found.off_requests.append(row)
    elif section == "COVER":
        found.cover.append(row)


def problem_of(nurses: Nurses) -> dict[str, Any]:
    """The whole instance: every rule hard as it is there, but for the fewest minutes, which are
    dearer than anything else.

    A shift that may not follow another begins earlier in the day than it, so that the rest between
    two shifts of one sort on days in a row, as `min_rest`, keeps exactly those away.
    """
    order = sorted(nurses.length, key=lambda name: len(nurses.not_after[name]))
    lengths = set(nurses.length.values())
    assert len(lengths) == 1
    assert all(set(nurses.not_after[name]) == set(order[:k]) for k, name in enumerate(order))
    return {
        "format": "matching-problem/2",
        "name": f"nurses, {len(nurses.staff)} in {nurses.days} days",
        "start": "2026-11-30",
        "horizon": nurses.days * DAY,
        "travel": {"detour": 1, "kmh": 30},
        "volunteers": [_volunteer(nurses, row, DAY - lengths.copy().pop()) for row in nurses.staff],
        "sessions": [_session(nurses, row, order) for row in nurses.cover],
        "requests": [],
        **{name: [] for name in ("apart", "avoid", "knows", "pins", "bans")},
        "current": None,
        "weights": {
            **dict.fromkeys(("target", "open", "load", "travel", "wish", "know", "change"), 0),
            "short": 101,
            "serve": [0],
        },
    }


def _session(nurses: Nurses, row: Row, order: list[str]) -> dict[str, Any]:
    day, name, asked, under, over = row
    assert (under, over) == ("100", "1")
    start = int(day) * DAY + OPENING + STEP * order.index(name)
    shift = {
        "id": f"{day}{name}",
        "role": name,
        "requires": [],
        "min": int(asked),
        "target": len(nurses.staff),
        "prefers": {"nobody holds this": 1},  # each person costs 1, and each missing one 101
    }
    return {
        "id": f"day {day} {name}",
        "programme": name,
        "start": start,
        "end": start + nurses.length[name],
        "place": HOME,
        "required": True,
        "shifts": [shift],
        "seats": None,
        "months": None,
        "alternatives": None,
    }


def _volunteer(nurses: Nurses, row: Row, rest: int) -> dict[str, Any]:
    name, most, most_minutes, fewest_minutes, days_on, least_on, least_off, weekends = row
    off = nurses.off.get(name, [])
    limits = [
        {"unit": "services", "programme": sort, "max": int(n)}
        for sort, n in (one.split("=") for one in most.split("|"))
    ]
    limits.append({"unit": "minutes", "max": int(most_minutes)})
    limits.append({"unit": "minutes", "min": int(fewest_minutes), "price": ENOUGH})
    limits.append({"unit": "days", "window": int(days_on) + 1, "max": int(days_on)})
    wishes = {f"day {r[1]} {r[2]}": -int(r[3]) for r in nurses.on_requests if r[0] == name}
    wishes |= {f"day {r[1]} {r[2]}": int(r[3]) for r in nurses.off_requests if r[0] == name}
    return {
        "id": name,
        "home": HOME,
        "max_travel": 0,
        "qualifications": {},
        "available": [[d * DAY, (d + 1) * DAY] for d in range(nurses.days) if d not in off],
        "max_per_day": 1,
        "max_per_week": None,
        "max_total": None,
        "max_open": None,
        "load_before": 0,
        "likes": {},
        "min_rest": rest,
        "limits": limits,
        "min_days_on": int(least_on),
        "min_days_off": int(least_off),
        "max_weekends": int(weekends),
        "choices": wishes,
    }


def roster(nurses: Nurses, plan: dict[str, Any]) -> dict[str, list[str]]:
    """Who works which shift on which day; "" for none."""
    found = {row[0]: [""] * nurses.days for row in nurses.staff}
    for a in plan["assignments"]:
        name = next(sort for sort in nurses.length if a["shift"].endswith(sort))
        day = int(a["shift"].removesuffix(name))
        assert not found[a["volunteer"]][day]
        found[a["volunteer"]][day] = name
    return found


def broken(nurses: Nurses, worked: dict[str, list[str]]) -> list[str]:
    """The hard rules of the instance that a roster breaks, by its own words."""
    return [f"{row[0]} {what}" for row in nurses.staff for what in _of_one(nurses, row, worked)]


def _of_one(nurses: Nurses, row: Row, worked: dict[str, list[str]]) -> list[str]:
    name, most, most_minutes, fewest_minutes, days_on, least_on, least_off, weekends = row
    line = worked[name]
    minutes = sum(nurses.length[shift] for shift in line if shift)
    runs = [(on, len(list(run))) for on, run in itertools.groupby(bool(shift) for shift in line)]
    caps = dict(one.split("=") for one in most.split("|"))
    ends = [any(line[day : day + 2]) for day in range(5, nurses.days, 7)]
    wrong = {
        "max shifts": any(line.count(sort) > int(n) for sort, n in caps.items()),
        "max minutes": minutes > int(most_minutes),
        "min minutes": minutes < int(fewest_minutes),
        "max consecutive": any(on and n > int(days_on) for on, n in runs),
        "min consecutive": any(on and n < int(least_on) for on, n in runs[1:-1]),
        "min days off": any(not on and n < int(least_off) for on, n in runs[1:-1]),
        "max weekends": sum(ends) > int(weekends),
        "day off": any(line[day] for day in nurses.off.get(name, [])),
        "succession": any(b in nurses.not_after[a] for a, b in itertools.pairwise(line) if a),
    }
    return [what for what, so in wrong.items() if so]


def penalty(nurses: Nurses, worked: dict[str, list[str]]) -> int:
    """What a roster costs, by the words of the instance."""
    total = 0
    for name, day, shift, price in nurses.on_requests:
        total += int(price) * (worked[name][int(day)] != shift)
    for name, day, shift, price in nurses.off_requests:
        total += int(price) * (worked[name][int(day)] == shift)
    for day, shift, asked, under, over in nurses.cover:
        n = sum(line[int(day)] == shift for line in worked.values())
        total += int(under) * max(0, int(asked) - n) + int(over) * max(0, n - int(asked))
    return total
