"""Sessions that come again: those of another rota, or one every week and on further days."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.db.models import Q

from backend.accounts.models import User
from backend.common.clock import local_day
from backend.common.locking import hold, lock_one, operation
from backend.outbox.kinds import SessionsCopied
from backend.outbox.record import record
from backend.places.queries import days_off
from backend.rota.models import Rota, Session, SessionSeries, Shift
from backend.rota.operations.aims import take_over_aims
from backend.rota.operations.session_values import SessionValues
from backend.rota.operations.sessions import SessionOver, add_session
from backend.rota.policy import has_begun, rota_is_over
from backend.rota.states import AtHome

WEEK = timedelta(weeks=1)
AS_THEY_ARE = (
    "programme_id",
    "engagement_id",
    "title",
    "venue_id",
    "latitude",
    "longitude",
    "county_code",
    "required",
    "seats_min",
    "seats_max",
    "seats_per_volunteer",
    "months_low",
    "months_high",
    "group",
    "group_extra",
    "risk_note",
    "own",
)


@dataclass(frozen=True)
class Copied:
    """How many sessions were made, and the days that were left out because they are days off, with
    their names. `of`: which session each is a copy of."""

    made: Sequence[Session]
    left_out: dict[date, str]
    of: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """A session to be made; `by_hand`: its day was written down, not counted on by weeks."""

    values: SessionValues
    by_hand: bool


@operation
def copy_sessions(*, rota_id: int, source_id: int, actor: User | None, now: datetime) -> Copied:
    """The sessions of the source, as many weeks later as its rota begins later: with their places,
    roles and seats, without anybody in them. What was cancelled, has no time, falls on a day off,
    behind the end of the rota or into the past is left out. Where nobody has said yet what the rota
    looks to, it looks to what the source does.

    Raises SessionOver (a rota that is over); Rota.DoesNotExist.
    """
    hold(Rota, [rota_id, source_id])
    rota = lock_one(Rota, rota_id)
    source = Rota.objects.get(pk=source_id)
    if rota_is_over(rota, now):
        raise SessionOver(session=None, state=rota.state)
    later = rota.starts_on - source.starts_on
    off = days_off(rota.starts_on, rota.ends_on)
    rows = Session.objects.filter(rota=source, starts_at__isnull=False)
    once = ~Q(home=AtHome.NOWHERE)  # a family asks for each visit anew
    found = rows.exclude(Q(state=Session.State.CANCELLED) | once).order_by("starts_at", "pk")
    made: list[tuple[Session, Session]] = []
    left_out: dict[date, str] = {}
    for session in found:
        copy = _copy(session, rota, later)
        day = local_day(copy.starts_at) if copy.starts_at else rota.ends_on
        if day in off:
            left_out[day] = off[day]
        elif rota.starts_on <= day < rota.ends_on and not has_begun(copy, now):
            made.append((session, copy))
    _store(made)
    if not rota.aims_changes.exists():
        take_over_aims(rota, source, actor, now)
    if made:
        streams = [f"rota.{rota.pk}", f"plan.{rota.pk}"]
        happened = SessionsCopied(rota=rota.pk, sessions=tuple(copy.pk for _, copy in made))
        record(happened, streams=streams, actor=actor, now=now)
    return _copied(made, left_out)


def _copied(made: Iterable[tuple[Session, Session]], left_out: dict[date, str]) -> Copied:
    of = {copy.pk: session.pk for session, copy in made}
    return Copied([copy for _, copy in made], left_out, of)


def _copy(session: Session, rota: Rota, later: timedelta) -> Session:
    assert session.starts_at is not None and session.ends_at is not None
    is_open = rota.state == Rota.State.PUBLISHED and not session.group
    return Session(
        rota=rota,
        starts_at=session.starts_at + later,
        ends_at=session.ends_at + later,
        state=Session.State.OPEN if is_open else Session.State.PLANNED,
        **{name: getattr(session, name) for name in AS_THEY_ARE},
    )


def _store(made: Iterable[tuple[Session, Session]]) -> None:
    """The copies with the shifts and the joint organisers of what they were made of."""
    copy_of = {session.pk: copy for session, copy in made}
    _weekly_again(made)
    Session.objects.bulk_create(copy_of.values())
    shifts = Shift.objects.filter(session__in=copy_of, target__gt=0).select_related("role")
    Shift.objects.bulk_create(
        Shift.of(copy_of[one.session_id], one.role, minimum=one.minimum, target=one.target)
        for one in shifts.order_by("pk")
    )
    jointly = Session.organisers.through
    jointly.objects.bulk_create(
        jointly(session_id=copy_of[row.session_id].pk, organisation_id=row.organisation_id)
        for row in jointly.objects.filter(session_id__in=list(copy_of))
    )


def _weekly_again(made: Iterable[tuple[Session, Session]]) -> None:
    """What was a weekly series is one of its own in the new rota."""
    of_series = [(session.series_id, copy) for session, copy in made if session.series_id]
    new = {series: SessionSeries(rota_id=copy.rota_id) for series, copy in of_series}
    SessionSeries.objects.bulk_create(new.values())
    for series, copy in of_series:
        copy.series = new[series]


@operation
def add_sessions(
    *,
    rota_id: int,
    engagement_id: int,
    each: Sequence[Written],
    actor: User | None,
    now: datetime,
) -> Copied:
    """A session for each (each_time()); of the days that nobody wrote down, those off are left out
    and named, and those behind the end of the rota are left out. Several are a series.

    Raises what add_session raises; then none is made.
    """
    rota = lock_one(Rota, rota_id)
    off = days_off(rota.starts_on, rota.ends_on)
    made = []
    left_out: dict[date, str] = {}
    for one in each:
        day = local_day(one.values.starts_at) if one.values.starts_at else None
        if day and not one.by_hand and day in off:
            left_out[day] = off[day]
        elif one.by_hand or (day and day < rota.ends_on):
            made.append(
                add_session(
                    rota_id=rota_id,
                    engagement_id=engagement_id,
                    values=one.values,
                    actor=actor,
                    now=now,
                )
            )
    if len(made) > 1:
        series = SessionSeries.objects.create(rota=rota)
        Session.objects.filter(pk__in=[one.pk for one in made]).update(series=series)
    return Copied(made, left_out)


def each_time(values: SessionValues, times: int, also: Collection[date] = ()) -> list[Written]:
    """The same on the day of `values`, on those of the following weeks, `times` in all, and on
    further days: each day once, the earliest first."""
    if values.starts_at is None:
        return [Written(values, by_hand=True)]
    first = local_day(values.starts_at)
    by_hand = {first, *also}
    days = by_hand | {first + WEEK * week for week in range(times)}
    return [Written(_later(values, day - first), day in by_hand) for day in sorted(days)]


def _later(values: SessionValues, by: timedelta) -> SessionValues:
    if values.starts_at is None or values.ends_at is None:
        return values
    return replace(values, starts_at=values.starts_at + by, ends_at=values.ends_at + by)
