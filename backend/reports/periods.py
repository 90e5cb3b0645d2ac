"""The days that a report is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from backend.common.clock import monday_of

ALL = "all"


@dataclass(frozen=True)
class Period:
    """From `start` (None: the beginning) to `end`, both included. `key`: what it was chosen as."""

    key: str
    start: date | None
    end: date


def period_of(key: str, first: date | None, last: date | None, today: date) -> Period:
    """The period of that name, as of today; whatever cannot be meant is everything up to the last
    Sunday, so that the week under way does not change the number from hour to hour."""
    if key == "year":
        return Period(key, today.replace(month=1, day=1), today)
    if key == "month":
        return Period(key, today.replace(day=1), today)
    if key == "last_month":
        end = today.replace(day=1) - timedelta(days=1)
        return Period(key, end.replace(day=1), end)
    if key == "own" and first is not None and last is not None and first <= last:
        return Period(key, first, last)
    return Period(ALL, None, monday_of(today) - timedelta(days=1))
