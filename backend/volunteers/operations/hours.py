"""When a volunteer is free: a week that repeats, and days away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from backend.accounts.models import User
from backend.common.clock import local_day, monday_of
from backend.common.locking import lock_one, operation
from backend.common.refusal import Refusal
from backend.common.spans import WeekSpan, merged
from backend.outbox.kinds import AvailabilityChanged, TimeOffAdded, TimeOffRemoved
from backend.volunteers.free_time import EVERY
from backend.volunteers.models import Availability, TimeOff, Volunteer
from backend.volunteers.operations.telling import changed

TIME_OFF_REACH = timedelta(days=730)  # who is away for longer is paused by a coordinator


class WeeksRefused(Refusal):
    """Neither every week nor every other nor every fourth, or from no week on."""

    code = "weeks_refused"


class TimeOffRefused(Refusal):
    """Days away that end before they begin, lie in the past, or reach too far.

    Facts: from_date, to_date, and first, last: the days that can be named.
    """

    code = "time_off_refused"


@operation
def change_availability(
    *, volunteer_id: int, spans: Sequence[WeekSpan], actor: User | None, now: datetime
) -> None:
    """Say anew when she is free each week:

    (weekday 0–6, from minute, to minute). What she promised stays. Raises SpanRefused.
    """
    row = lock_one(Volunteer, volunteer_id)
    wanted = merged(spans)
    if wanted == list(
        row.availability.order_by("weekday", "start").values_list("weekday", "start", "end")
    ):
        return
    row.availability.all().delete()
    Availability.objects.bulk_create(
        [Availability(volunteer=row, weekday=d, start=a, end=z) for d, a, z in wanted]
    )
    changed(AvailabilityChanged(volunteer=row.pk), "change", "hours", actor=actor, now=now)


@operation
def choose_weeks(
    *, volunteer_id: int, every: int, first: date | None, actor: User | None, now: datetime
) -> None:
    """In which weeks her hours hold: every week, every other or every fourth, counted from the week
    of `first`. What she promised stays. Repeating it is nothing. Raises WeeksRefused."""
    row = lock_one(Volunteer, volunteer_id)
    if every not in EVERY or (every > 1 and first is None):
        raise WeeksRefused
    monday = monday_of(first) if first and every > 1 else None
    if (row.every_weeks, row.weeks_from) == (every, monday):
        return
    row.every_weeks = every
    row.weeks_from = monday
    row.save(update_fields=["every_weeks", "weeks_from"])
    changed(AvailabilityChanged(volunteer=row.pk), "change", "weeks", actor=actor, now=now)


@operation
def add_time_off(
    *, volunteer_id: int, from_date: date, to_date: date, actor: User | None, now: datetime
) -> TimeOff:
    """Away from one day to another, both included; days that touch or overlap become one.

    Raises TimeOffRefused.
    """
    row = lock_one(Volunteer, volunteer_id)
    today = local_day(now)
    span = {"first": today - TIME_OFF_REACH, "last": today + TIME_OFF_REACH}
    if not (span["first"] <= from_date <= to_date <= span["last"]) or to_date < today:
        raise TimeOffRefused(from_date=from_date, to_date=to_date, **span)
    first = from_date.toordinal() - 1
    last = to_date.toordinal() + 1
    touching = row.time_off.filter(
        from_date__lte=date.fromordinal(last), to_date__gte=date.fromordinal(first)
    )
    days = [
        from_date,
        to_date,
        *(d for pair in touching.values_list("from_date", "to_date") for d in pair),
    ]
    touching.delete()
    away = TimeOff.objects.create(volunteer=row, from_date=min(days), to_date=max(days))
    changed(TimeOffAdded(volunteer=row.pk), "change", "time off", actor=actor, now=now)
    return away


@operation
def remove_time_off(
    *, volunteer_id: int, time_off_id: int, actor: User | None, now: datetime
) -> None:
    """She is there after all. Repeating it is nothing."""
    row = lock_one(Volunteer, volunteer_id)
    deleted, _ = row.time_off.filter(pk=time_off_id).delete()
    if deleted:
        changed(TimeOffRemoved(volunteer=row.pk), "change", "time off", actor=actor, now=now)
