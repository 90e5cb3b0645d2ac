"""Minutes of service, of one person and of many."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import ExtractYear, Greatest, Least

from backend.common.bulk import among
from backend.common.clock import LOCAL
from backend.records.models import Attendance, ServiceRecord
from backend.records.queries.day import Expected, expected_of
from backend.rota.models import Assignment
from backend.rota.policy import over
from backend.rota.states import HELD, OPENED, AtHome
from backend.volunteers.models import Volunteer


@dataclass(frozen=True)
class HoursLine(Expected):
    """One session that is over, and the minutes of it that count: 0 while nobody has confirmed
    any."""

    minutes: int

    @property
    def waits(self) -> bool:
        return not self.is_decided

    @property
    def was_there(self) -> bool:
        return self.minutes > 0

    @property
    def is_excused(self) -> bool:
        return self.attendance is not None and self.attendance.state == Attendance.State.EXCUSED


def minutes_served(volunteer: Volunteer) -> int:
    """Minutes of service on this platform, reversals subtracted; travel is never counted."""
    return ServiceRecord.objects.filter(volunteer=volunteer).aggregate(n=Sum("minutes"))["n"] or 0


def minutes_by_session(volunteer_id: int, session_ids: Collection[int]) -> dict[int, int]:
    """Session → her recorded minutes there, reversals subtracted; sessions without a record are
    left out."""
    rows = ServiceRecord.objects.filter(volunteer=volunteer_id, session__in=session_ids)
    return dict(rows.order_by().values_list("session").annotate(n=Sum("minutes")))


def minutes_of_assignments(assignment_ids: Collection[int]) -> dict[int, int]:
    """Assignment → the minutes that count of it; without a record it is left out. One statement."""
    rows = _with_minutes(Assignment.objects.filter(among("pk", assignment_ids)))
    return {one.pk: one.minutes for one in rows if one.minutes is not None}  # type: ignore[attr-defined]


def lines_of(volunteer_id: int, year: int, now: datetime) -> list[HoursLine]:
    """Her sessions of a year that are over, the latest first. One statement."""
    rows = _over(volunteer_id, now).filter(
        session__starts_at__gte=datetime(year, 1, 1, tzinfo=LOCAL),
        session__starts_at__lt=datetime(year + 1, 1, 1, tzinfo=LOCAL),
    )
    shown = _with_minutes(rows).select_related(
        "session__venue", "session__rota__organisation", "shift__role", "attendance"
    )
    return [
        HoursLine(one, expected_of(one).attendance, one.minutes or 0)  # type: ignore[attr-defined]
        for one in shown.order_by("-session__starts_at", "-pk")
    ]


def spent_between(
    volunteer_id: int, begins: datetime, ends: datetime, *, besides: int | None = None
) -> tuple[datetime, datetime] | None:
    """From when to when she was at something then, as she signed, or has a place in it that nobody
    has noted her away from; None: at nothing. `besides`: a place that is not asked. One
    statement."""
    return next(iter(_spent(volunteer_id, begins, ends, ~Q(pk=besides or 0))[:1]), None)


def with_a_child_between(
    volunteer_id: int, begins: datetime, ends: datetime
) -> list[tuple[datetime, datetime]]:
    """From when to when she was with the child of a pair then, the earliest first. One
    statement."""
    return list(_spent(volunteer_id, begins, ends, Q(session__home=AtHome.PAIR)))


def _spent(volunteer_id: int, begins: datetime, ends: datetime, which: Q) -> QuerySet[Any, Any]:
    """When she came to those of her places then, and when she went."""
    rows = Assignment.objects.filter(
        Q(attended=None) | Q(attended=True),
        which,
        volunteer=volunteer_id,
        state__in=HELD,
        session__state__in=OPENED,
        session__starts_at__lt=ends,
        session__ends_at__gt=begins,
    )
    came = Greatest("session__starts_at", "attendance__came_at")  # what is not known counts not
    went = Least("session__ends_at", "attendance__left_at")
    rows = rows.annotate(came=came, went=went).filter(came__lt=ends, went__gt=begins)
    return rows.order_by("came", "pk").values_list("came", "went")


def years_of(volunteer_id: int, now: datetime) -> list[int]:
    """The years in which she has sessions that are over, the latest first. One statement."""
    year = ExtractYear("session__starts_at", tzinfo=LOCAL)
    rows = _over(volunteer_id, now).annotate(year=year).order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())


def _over(volunteer_id: int, now: datetime) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        over(now, "session__"),
        volunteer=volunteer_id,
        state__in=HELD,
        session__state__in=OPENED,
    )


def _with_minutes(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Each with `minutes`, None without a record."""
    recorded = ServiceRecord.objects.filter(
        volunteer=OuterRef("volunteer"), session=OuterRef("session")
    )
    summed = recorded.order_by().values("session").annotate(n=Sum("minutes")).values("n")
    return rows.annotate(minutes=Subquery(summed))
