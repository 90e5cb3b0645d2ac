"""How the sessions of a period lie in time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, Exists, OuterRef, QuerySet, Sum, Value, When
from django.db.models.functions import ExtractIsoWeekDay, TruncWeek

from backend.common.clock import LOCAL, monday_of
from backend.reports.queries import rows
from backend.reports.queries.frames import Frame
from backend.reports.queries.shapes import answer
from backend.rota.models import Session, Shift

MOST_WEEKS = 12


class Week(NamedTuple):
    """Sessions of the week from that Monday, and those of them that lacked people."""

    monday: date
    sessions: int
    short: int

    @property
    def whole(self) -> int:
        return self.sessions - self.short


class Slot(NamedTuple):
    """Places, and people on them, of the sessions that begin on a weekday (1: Monday) in a part of
    the day (morning, afternoon, evening)."""

    weekday: int
    part: str
    places: int
    arranged: int

    @property
    def percent(self) -> int:
        return round(100 * self.arranged / self.places) if self.places else 0


def weeks(frame: Frame) -> list[Week]:
    """The last twelve of the period, those without a session among them, oldest first."""
    last = monday_of(frame.period.end)
    first = last - timedelta(weeks=MOST_WEEKS - 1)
    whole: dict[date, int] = {}
    lacking: dict[date, int] = {}
    for week, lacks, many in answer(_weeks, frame):
        (lacking if lacks else whole)[week.date()] = many  # the city's midnight, as the SQL has it
    days = [first + timedelta(weeks=n) for n in range(MOST_WEEKS)]
    return [Week(day, whole.get(day, 0) + lacking.get(day, 0), lacking.get(day, 0)) for day in days]


def _weeks(frame: Frame) -> QuerySet[Session, Any]:
    """Monday, whether it lacked people, how many."""
    short = rows.understaffed_shifts(frame).filter(session=OuterRef("pk"))
    counted = (
        rows.sessions(frame)
        .order_by()
        .annotate(week=TruncWeek("starts_at", tzinfo=LOCAL), lacks=Exists(short))
        .values("week", "lacks")
        .annotate(n=Count("pk"))
    )
    return counted.values_list("week", "lacks", "n")


def hours_of_week(frame: Frame) -> list[Slot]:
    """One for each weekday and part of the day in which there was something."""
    return [
        Slot(int(weekday), part, int(places), int(arranged))
        for weekday, part, places, arranged in answer(_hours_of_week, frame)
    ]


def _hours_of_week(frame: Frame) -> QuerySet[Shift, Any]:
    """Weekday, part of the day, places, people."""
    part = Case(
        When(session__starts_at__hour__lt=12, then=Value("morning")),
        When(session__starts_at__hour__lt=18, then=Value("afternoon")),
        default=Value("evening"),
        output_field=CharField(),
    )
    counted = (
        rows.shifts(frame)
        .order_by()
        .annotate(weekday=ExtractIsoWeekDay("session__starts_at", tzinfo=LOCAL), part=part)
        .values("weekday", "part")
        .annotate(places=Sum("target"), arranged_all=Sum("arranged"))
        .order_by("weekday", "part")
    )
    return counted.values_list("weekday", "part", "places", "arranged_all")
