"""The one place that reads the clock. Operations, rules and policies are handed `now` instead."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

LOCAL = ZoneInfo("Asia/Shanghai")  # one city, no daylight saving


def now() -> datetime:
    return timezone.now()


def local_day(moment: datetime) -> date:
    return moment.astimezone(LOCAL).date()


def local_midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL)


def minute_of(moment: datetime) -> int:
    """Whole minutes since the Unix epoch: the unit of the database's overlap constraint."""
    return int(moment.timestamp() // 60)


def minute_or_none(moment: datetime | None) -> int | None:
    """minute_of() what may have no time."""
    if moment is None:
        return None
    return minute_of(moment)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
