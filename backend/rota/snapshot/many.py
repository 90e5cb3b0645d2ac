"""The facts of hundreds of people round one question: a flat list a table, all lists at once.

people.facts_of asks seven things of every person by herself: for everyone who lives near a session
of a city those are ten thousand questions, for which PostgreSQL took a tenth of a second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, cast

from django.db.models import QuerySet

from backend.common.bulk import among
from backend.common.prepared import Prepared
from backend.rota.snapshot import people
from backend.rota.snapshot.facts import PersonFacts
from backend.rota.snapshot.horizon import Horizon
from backend.rota.snapshot.rows import JsonRows
from backend.volunteers.models import Availability, Volunteer

# shared by everybody who has nothing there: a list each, for thousands, is work for the collector
NOTHING: dict[str, Any] = dict.fromkeys(
    ("certificates", "checks", "weekly", "off", "likes", "commitments", "asked", "served"), ()
)


@dataclass(frozen=True)
class FactsWanted:
    """What is asked about: these `days` of the horizon (numbers from 0), certificates with these
    `codes`, the liking for these `programmes`."""

    horizon: Horizon
    days: frozenset[int]
    codes: frozenset[str]
    programmes: frozenset[int]

    @property
    def weekdays(self) -> list[int]:
        return sorted({self.horizon.pattern[day] for day in self.days})

    @property
    def dates(self) -> tuple[date, date]:
        """The first of the days and the day after the last; an empty span when there are none."""
        first = min(self.days, default=0)
        last = max(self.days, default=-1)
        start = self.horizon.starts_on
        return start + timedelta(days=first), start + timedelta(days=last + 1)


def facts_of(volunteers: Sequence[int], question: FactsWanted) -> list[PersonFacts]:
    """What people.facts_of says of each, as far as the question needs it, in the order of their
    keys. Two statements, for one person and for thousands."""
    ids = list(volunteers)
    of = {row["pk"]: row | NOTHING for row in _LIMITS(ids)}
    for found in _prepared(question)(ids):
        for name, rows in found.items():
            hers: defaultdict[int, list[Any]] = defaultdict(list)
            for item in rows:
                hers[item.pop("volunteer")].append(item)
            for volunteer, items in hers.items():
                of[volunteer][name] = items
    for row in of.values():
        if row["weekly"]:
            row["weekly"] = [
                (span["weekday"], span["start"], span["end"]) for span in row["weekly"]
            ]
    return [cast(PersonFacts, row) for row in of.values()]


_LIMITS: Prepared[dict[str, Any]] = Prepared(
    lambda ids: Volunteer.objects.filter(among("pk", ids)).order_by("pk").values(*people.FIELDS),
    [0],
)


@lru_cache(maxsize=256)
def _prepared(question: FactsWanted) -> Prepared[dict[str, Any]]:
    """Written once for the sessions of a day that ask for the same. The lists stand beside one row,
    whichever it is: none of them asks anything of it."""

    def write(ids: list[int]) -> QuerySet[Any, Any]:
        hers = among("volunteer", ids)
        lists = {name: JsonRows(rows(hers)) for name, rows in _rows(question).items()}
        return Volunteer.objects.order_by("pk").values(**lists)[:1]

    return Prepared(write, [0])


def _rows(question: FactsWanted) -> dict[str, Callable[[people.Whose], QuerySet[Any, Any]]]:
    """Name of the fact → the rows of these people that the question needs."""
    first = question.horizon.starts_on
    last = question.horizon.ends_on
    newest = ("volunteer", *people.NEWEST)
    return {
        "certificates": lambda hers: people.certificates(hers, "volunteer").filter(
            among("kind__code", sorted(question.codes))
        ),
        "checks": lambda hers: (
            people.checks(hers, "volunteer").order_by(*newest).distinct("volunteer")
        ),
        "weekly": lambda hers: Availability.objects.filter(
            hers, among("weekday", question.weekdays)
        ).values("volunteer", "weekday", "start", "end"),
        "off": lambda hers: people.days_off(hers, *question.dates, "volunteer"),
        "likes": lambda hers: people.likes(hers, "volunteer").filter(
            among("programme", sorted(question.programmes))
        ),
        "commitments": lambda hers: people.commitments(hers, first, last, "volunteer"),
        "asked": lambda hers: people.asked(hers, "volunteer"),
        "served": lambda hers: people.served(hers, first, "volunteer"),
    }
