"""Reading places: divisions to choose from, and whether a day is worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.db.models.functions import Length

from backend.places.models import CalendarDay, Division

DIGITS = {"county": 6, "street": 9, "village": 12}


def divisions(kind: str, *, within: str = "") -> QuerySet[Division]:
    """Divisions that can be chosen: "county", "street" or "village", under the code `within`."""
    rows = Division.objects.filter(
        operational=True, in_service_area=True, retired_on__isnull=True, code__startswith=within
    )
    return rows.annotate(digits=Length("code")).filter(digits=DIGITS[kind])


@dataclass(frozen=True)
class DayKind:
    """Whether people are off work on a day, and how sure that is:

    "official", "provisional" or "unknown" (by weekday).
    """

    date: date
    is_off: bool
    name: str
    status: str


def day_kinds(first: date, last: date) -> dict[date, DayKind]:
    """Every day from first to last, both included.

    A year that no notice covers goes by weekday and says "unknown".
    """
    listed = {row.date: row for row in CalendarDay.objects.filter(date__range=(first, last))}
    years = dict(
        CalendarDay.objects.filter(date__year__gte=first.year, date__year__lte=last.year)
        .values_list("date__year", "status")
        .distinct()
    )
    days = (date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1))
    return {day: _kind(day, listed.get(day), years.get(day.year, "unknown")) for day in days}


def _kind(day: date, row: CalendarDay | None, year_status: str) -> DayKind:
    if row:
        return DayKind(day, row.is_off, row.name, row.status)
    return DayKind(day, day.weekday() >= 5, "", year_status)
