"""A rota's days as minutes: what is free in a weekly pattern, when a credential lapses, what a date
off or a worked weekend changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from backend.common.clock import local_midnight, minute_of
from backend.places.models import CalendarDay
from backend.rota.models import Rota
from matching import DAY, Interval

FRIDAY = 4
SATURDAY = 5
SUNDAY = 6
MONDAY = 0


@dataclass(frozen=True)
class Horizon:
    """`pattern[d]` is the weekday that day d follows: its own, unless the calendar moves it."""

    starts_on: date
    pattern: tuple[int, ...]

    @property
    def days(self) -> int:
        return len(self.pattern)

    @property
    def ends_on(self) -> date:
        """The first day after it."""
        return self.starts_on + timedelta(days=self.days)

    @property
    def minutes(self) -> int:
        return self.days * DAY

    @property
    def midnight(self) -> datetime:
        """Minute 0."""
        return local_midnight(self.starts_on)

    @cached_property
    def epoch(self) -> int:
        """Minute 0 counted from the Unix epoch, the unit of assignments."""
        return minute_of(self.midnight)

    def minute(self, moment: datetime | None) -> int | None:
        if moment is None:
            return None
        return minute_of(moment) - self.epoch

    def day_of(self, minute: int) -> date:
        """The day on which a minute of the horizon lies."""
        return self.starts_on + timedelta(days=minute // DAY)

    def date_of(self, day: int) -> date:
        """The date of a day of the horizon."""
        return self.starts_on + timedelta(days=day)

    def since(self, minute: int | None) -> int | None:
        """A minute of the Unix epoch as one of this horizon."""
        return None if minute is None else minute - self.epoch

    def minute_in(self, moment: str | None) -> int | None:
        """A moment in ISO text as a minute of this horizon."""
        return None if moment is None else self.minute(datetime.fromisoformat(moment))

    def lapse(self, last_day: date | None) -> int | None:
        """The first minute after the last valid day; None never lapses."""
        if last_day is None:
            return None
        return ((last_day - self.starts_on).days + 1) * DAY

    def spans(
        self,
        weekly: Iterable[Sequence[int]],
        off: Iterable[tuple[date, date]] = (),
        busy: Iterable[Interval] = (),
        days: Collection[int] | None = None,
    ) -> tuple[Interval, ...]:
        """Free time over the whole horizon, sorted and disjoint; touching spans are one, across
        midnight too.

        `weekly` is (weekday, start, end) in minutes of the day, `off` whole days with both ends,
        `busy` minutes of the horizon; `days` are the only days that are looked at (None: all).
        """
        by_weekday: dict[int, list[Interval]] = {}
        for weekday, start, end in sorted(map(tuple, weekly)):
            _append(by_weekday.setdefault(weekday, []), start, end)
        away = {
            (first + timedelta(days=n) - self.starts_on).days
            for first, last in off
            for n in range((last - first).days + 1)
        }
        free: list[Interval] = []
        for day in range(self.days) if days is None else sorted(days):
            weekday = self.pattern[day]
            if day not in away:
                for start, end in by_weekday.get(weekday, ()):
                    _append(free, day * DAY + start, day * DAY + end)
        return _without(free, sorted(busy))


def _append(spans: list[Interval], start: int, end: int) -> None:
    """Add a span that starts no earlier than the last one; where they touch, the last one grows."""
    if spans and start <= spans[-1][1]:
        spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
    else:
        spans.append((start, end))


def horizon_of(rota: Rota) -> Horizon:
    """One query: the calendar's exceptions in the rota's weeks."""
    moved = exceptions(rota.starts_on, rota.ends_on).values_list("date", "is_off")
    return horizon_from(rota.starts_on, rota.weeks, dict(moved))


def weeks_of(rotas: Collection[Rota]) -> tuple[date, date]:
    """The first day of all these rotas, and the first day after them."""
    return min(r.starts_on for r in rotas), max(r.ends_on for r in rotas)


def exceptions(first: date, last: date) -> QuerySet[Any, Any]:
    """Days from `first` to before `last` that the calendar moves, as {"date", "is_off"}."""
    return CalendarDay.objects.filter(date__gte=first, date__lt=last).values("date", "is_off")


def moved_days(rows: Iterable[Mapping[str, Any]]) -> dict[date, bool]:
    """exceptions() as they come back inside a row of JSON."""
    return {date.fromisoformat(row["date"]): row["is_off"] for row in rows}


def horizon_from(starts_on: date, weeks: int, moved: Mapping[date, bool]) -> Horizon:
    """`moved` holds the dates that differ from their weekday: True a day off, False a worked
    Saturday or Sunday.

    On a weekday off people live as on a Sunday; on a worked Saturday as on the Friday before, on a
    worked Sunday as on the Monday after.
    """
    days = (starts_on + timedelta(days=d) for d in range(weeks * 7))
    return Horizon(starts_on, tuple(_followed(day, moved.get(day)) for day in days))


def _followed(day: date, is_off: bool | None) -> int:
    weekday = day.weekday()
    if is_off is None or is_off == (weekday >= SATURDAY):
        return weekday
    if is_off:
        return SUNDAY
    if weekday == SATURDAY:
        return FRIDAY
    return MONDAY


def _without(free: list[Interval], busy: list[Interval]) -> tuple[Interval, ...]:
    for taken_from, taken_to in busy:
        cut = []
        for start, end in free:
            if taken_to <= start or end <= taken_from:
                cut.append((start, end))
                continue
            if start < taken_from:
                cut.append((start, taken_from))
            if taken_to < end:
                cut.append((taken_to, end))
        free = cut
    return tuple(free)
