"""Volunteers as rows of a board, and one volunteer as her coordinator sees her."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from backend.places.codes import COUNTY
from backend.volunteers.models import TimeOff, Volunteer


@dataclass(frozen=True)
class Person:
    """One volunteer of a board: her name, county, limit of services a week, days away in the week
    shown."""

    pk: int
    name: str
    county: str
    max_per_week: int
    away: frozenset[date]


def board_people(
    ids: Iterable[int], monday: date, counties: Mapping[str, str], page: int, size: int
) -> tuple[list[Person], int]:
    """One page of these volunteers by name, and how many there are. Two statements."""
    rows = list(
        Volunteer.objects.filter(pk__in=set(ids))
        .order_by("sort_key", "pk")
        .values_list("pk", "name", "street_id", "max_per_week")
    )
    start = size * (min(page, max(1, -(-len(rows) // size))) - 1)
    shown = rows[start : start + size]
    away = days_away([pk for pk, *_ in shown], monday)
    return [
        Person(pk, name, counties.get(street[:COUNTY], ""), limit, frozenset(away[pk]))
        for pk, name, street, limit in shown
    ], len(rows)


def days_away(ids: Sequence[int], monday: date) -> dict[int, set[date]]:
    """Days off of these volunteers in the week from `monday`."""
    sunday = monday + timedelta(days=6)
    found: dict[int, set[date]] = defaultdict(set)
    off = TimeOff.objects.filter(volunteer_id__in=ids, from_date__lte=sunday, to_date__gte=monday)
    for pk, first, last in off.values_list("volunteer_id", "from_date", "to_date"):
        found[pk] |= {
            monday + timedelta(days=n)
            for n in range(7)
            if first <= monday + timedelta(days=n) <= last
        }
    return found
