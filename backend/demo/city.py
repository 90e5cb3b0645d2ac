"""The demo city while it is being made: its ground, its calendar, and everything that later steps
look up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import accumulate
from random import Random

from backend.accounts.models import User
from backend.common.clock import local_day, local_midnight, monday_of
from backend.demo.scales import Scale
from backend.families.models import Child, Family, Request
from backend.organisations.models import Organisation
from backend.places.models import Division, Venue
from backend.programmes.models import CredentialKind, Engagement, Programme, Role
from backend.volunteers.models import Volunteer
from matching import Travel, travel_minutes

Point = tuple[float, float]
Span = tuple[int, int]
TRAVEL = Travel()
PARTS_OF_DAY = ((540, 660), (660, 720), (840, 960), (960, 1050), (1110, 1230))
BATCH = 2000


@dataclass
class DrawnVolunteer:
    """A volunteer as a plan sees her, with what the demo has already asked of her."""

    row: Volunteer
    home: Point
    held: dict[str, date | None]
    week: list[list[Span]]
    away: set[date]
    busy: set[date] = field(default_factory=set)
    weeks: Counter[date] = field(default_factory=Counter)
    total: int = 0

    def can(self, day: date, start: int, end: int, place: Point, requires: Iterable[str]) -> bool:
        """Whether she could serve then and there (one service a day, so that two never touch)."""
        if (
            day in self.busy
            or day in self.away
            or self.weeks[monday_of(day)] >= self.row.max_per_week
        ):
            return False
        if self.row.max_total is not None and self.total >= self.row.max_total:
            return False
        if not any(a <= start and end <= z for a, z in self.week[day.weekday()]):
            return False
        for code in requires:
            if code not in self.held or ((until := self.held[code]) is not None and until < day):
                return False
        return travel_minutes(TRAVEL, self.home, place) <= self.row.max_travel

    def take(self, day: date) -> None:
        self.busy.add(day)
        self.weeks[monday_of(day)] += 1
        self.total += 1


@dataclass
class DrawnFamily:
    """A family as a plan sees it."""

    row: Family
    home: Point
    county: str
    born: list[str]
    week: list[list[Span]]
    children: list[Child] = field(default_factory=list)
    booked: set[date] = field(default_factory=set)
    wish: Request | None = None


@dataclass
class City:
    scale: Scale
    r: Random
    now: datetime
    federation: Organisation
    organisations: dict[str, Organisation]  # by division code
    streets: list[Division]
    villages: dict[str, list[str]]  # street code → village codes
    programmes: dict[str, Programme]
    roles: dict[tuple[str, str], Role]
    engagements: dict[tuple[str, str], Engagement]
    kinds: dict[str, CredentialKind]
    checker: User
    heads: dict[int, tuple[int, str]] = field(default_factory=dict)  # of the chains of hours
    people: list[DrawnVolunteer] = field(default_factory=list)
    homes: list[DrawnFamily] = field(default_factory=list)
    venues: list[Venue] = field(default_factory=list)
    needs: dict[int, list[str]] = field(default_factory=dict)  # role id → credential codes
    _holders: dict[tuple[str, str], list[DrawnVolunteer]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return local_day(self.now)

    @property
    def this_monday(self) -> date:
        return monday_of(self.today)

    @property
    def next_monday(self) -> date:
        return self.this_monday + timedelta(weeks=1)

    @property
    def desk(self) -> Organisation:
        """The county federation whose coordinator signs in."""
        return self.organisations[self.scale.desk]

    @cached_property
    def home_street(self) -> Division:
        """The street where the demo's own people live: one of the desk's county whose real point is
        known."""
        known = [
            s
            for s in self.streets
            if s.county_code == self.scale.desk and s.point_source.startswith("geonames")
        ]
        return max(known, key=lambda s: (len(self.villages[s.code]), s.code))

    @cached_property
    def home_village(self) -> Organisation:
        return self.organisations[self.villages[self.home_street.code][0]]

    def spot(self) -> tuple[Division, Point]:
        """A street, by the number of its villages, and a point in it."""
        street = self.r.choices(self.streets, cum_weights=self._weights)[0]
        spread = 0.018 if street.point_source == "county_seat_fallback" else 0.008
        return street, self.near(street, spread)

    def near(self, street: Division, spread: float = 0.004) -> Point:
        """A point about the middle of the street."""
        latitude, longitude = street.point
        return round(latitude + self.r.gauss(0, spread), 5), round(
            longitude + self.r.gauss(0, spread), 5
        )

    @cached_property
    def _weights(self) -> list[int]:
        return list(accumulate(max(1, len(self.villages[s.code])) for s in self.streets))

    def free_week(self, on_weekdays: float, on_weekends: float) -> list[list[Span]]:
        """Parts of the day that she is free, per weekday, widened by half an hour and merged."""
        week = []
        for day in range(7):
            spans: list[Span] = []
            for a, z in PARTS_OF_DAY:
                if self.r.random() < (on_weekends if day >= 5 else on_weekdays):
                    if spans and a - 30 <= spans[-1][1]:
                        spans[-1] = (spans[-1][0], z + 30)
                    else:
                        spans.append((a - 30, z + 30))
            week.append(spans)
        return week

    def find(
        self, county: str, day: date, start: int, end: int, place: Point, role_id: int
    ) -> DrawnVolunteer | None:
        """Somebody of that county who could, in no particular order; None when nobody of the first
        few hundred can."""
        requires = self.needs[role_id]
        holders = self._holders_of(county, requires[0] if requires else "")
        if not holders:
            return None
        first = self.r.randrange(len(holders))
        for n in range(min(len(holders), 600)):
            person = holders[(first + n) % len(holders)]
            if person.can(day, start, end, place, requires):
                return person
        return None

    def _holders_of(self, county: str, code: str) -> list[DrawnVolunteer]:
        if not self._holders:
            table: dict[tuple[str, str], list[DrawnVolunteer]] = defaultdict(list)
            for person in self.people:
                for held in ("", *person.held):
                    table[person.row.street_id[:6], held].append(person)
            self._holders = dict(table)
        return self._holders.get((county, code), [])

    def moment(self, day: date, minute: int) -> datetime:
        return local_midnight(day) + timedelta(minutes=minute)
