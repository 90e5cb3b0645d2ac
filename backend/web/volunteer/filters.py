"""What a volunteer is looking for on 找班次, as it stands in the address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from backend.common.clock import LOCAL, local_day
from backend.common.reading import day as day_of
from backend.common.reading import whole_number
from backend.rota.queries import SeenShift

DAYS = 7  # in the strip
AHEAD = 84  # days that one may look ahead
NEAR = 3.0  # kilometres
PARTS = {"am": (0, 12), "pm": (12, 18), "eve": (18, 24)}


@dataclass(frozen=True)
class Filters:
    """Nonsense in an address is the default."""

    first: date
    day: date | None  # None: the first day that has something for her
    fit: bool = True
    near: bool = False
    part: str = ""
    weekend: bool = False
    page: int = 1

    @classmethod
    def read(cls, asked: Any, now: datetime) -> Filters:
        today = local_day(now)
        first = min(max(day_of(asked.get("from")) or today, today), today + timedelta(days=AHEAD))
        day = day_of(asked.get("day"))
        return cls(
            first=first,
            day=day if day and first <= day < first + timedelta(days=DAYS) else None,
            fit=asked.get("fit") != "0",
            near=asked.get("near") == "1",
            part=asked.get("part", "") if asked.get("part") in PARTS else "",
            weekend=asked.get("weekend") == "1",
            page=whole_number(asked.get("page"), low=1, high=99_999) or 1,
        )

    @property
    def last(self) -> date:
        """The first day after the strip."""
        return self.first + timedelta(days=DAYS)

    @property
    def query(self) -> str:
        kept = {"from": self.first.isoformat()}
        if self.day:
            kept["day"] = self.day.isoformat()
        if not self.fit:
            kept["fit"] = "0"
        if self.near:
            kept["near"] = "1"
        if self.part:
            kept["part"] = self.part
        if self.weekend:
            kept["weekend"] = "1"
        if self.page > 1:
            kept["page"] = str(self.page)
        return urlencode(kept)

    def href(self, **changes: Any) -> str:
        changed = replace(self, **({"page": 1} | changes))
        return f"{reverse('volunteer:find')}?{changed.query}"

    def shows(self, seen: SeenShift) -> bool:
        """Whether the filters let this shift through, its day aside."""
        if seen.assignment or seen.offer:
            return True
        hour = 0
        if seen.session.starts_at:
            hour = seen.session.starts_at.astimezone(LOCAL).hour
        low, high = PARTS.get(self.part, (0, 24))
        return (
            (not self.fit or seen.for_her)
            and (not self.near or seen.kilometres <= NEAR)
            and low <= hour < high
        )

    def is_on(self, day: date | None) -> bool:
        return day is not None and (day.weekday() >= 5 if self.weekend else day == self.day)
