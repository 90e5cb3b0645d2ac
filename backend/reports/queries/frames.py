"""What a figure is asked of: an organisation, a period, perhaps one programme."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import OuterRef, Q

from backend.common.clock import local_midnight
from backend.organisations.models import Organisation
from backend.reports.periods import Period

COUNTY = Organisation.Level.COUNTY
STREET = Organisation.Level.STREET


@dataclass(frozen=True)
class Frame:
    """`path` and `code` (of its division) are the organisation's, or stand for those of each row of
    the query around; `above`: the ids of the organisations above it."""

    path: str | OuterRef
    code: str | OuterRef | None
    level: int
    above: tuple[int, ...]
    period: Period
    now: datetime
    programme: int | None = None

    @classmethod
    def of(
        cls,
        organisation: Organisation,
        period: Period,
        now: datetime,
        programme: int | None = None,
    ) -> Frame:
        return cls(
            path=organisation.path,
            code=organisation.division_id,
            level=organisation.level,
            above=tuple(map(int, organisation.path.strip(".").split(".")))[:-1],
            period=period,
            now=now,
            programme=programme,
        )

    def of_parts(self, organisation: Organisation) -> Frame:
        """That of each organisation directly below this one, in a query of theirs."""
        return replace(
            self,
            path=OuterRef("path"),
            code=OuterRef("division_id"),
            level=organisation.level + 1,
            above=(*self.above, organisation.pk),
        )

    @property
    def deeper(self) -> Frame:
        """The same, for a query inside another one."""
        if isinstance(self.path, str) or self.code is None:
            return self
        return replace(self, path=OuterRef(self.path), code=OuterRef(self.code))

    @property
    def until(self) -> datetime:
        """What has ended by then counts."""
        return min(local_midnight(self.period.end + timedelta(days=1)), self.now)

    @property
    def since(self) -> datetime | None:
        if self.period.start is None:
            return None
        return local_midnight(self.period.start)

    @property
    def first_day(self) -> date:
        return self.period.start or date.min

    def under(self, field: str) -> Q:
        """Rows whose organisation's path (`field`) lies in it."""
        return Q(**{f"{field}__startswith": self.path})

    def days(self, field: str) -> Q:
        """Rows of a day (`field`) of the period."""
        return Q(**{f"{field}__gte": self.first_day, f"{field}__lte": self.period.end})
