"""Sessions that a child may come to, near home: what the booking pages list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import chain
from typing import Any

from django.db.models import BigIntegerField, Q, QuerySet, Value

from backend.bookings.policy import free_seats
from backend.bookings.queries.lines import with_waiting
from backend.common.clock import LOCAL, local_day, local_midnight
from backend.common.prepared import SOME_DAY, SOME_TIME, Prepared
from backend.families.models import Child, Family
from backend.outbox.kinds import CITY
from backend.places.squares import square_round
from backend.rota.models import Rota, Session
from matching import kilometres, months_completed

ONE_NAP = 12  # months of age from which on a child mostly sleeps once a day
NAP = (12, 15)  # hours of the day
REACH_KM = 15.0  # what is listed; what is farther away can still be booked from a link


@dataclass(frozen=True)
class Found:
    """One session as a family sees it: how far, how many seats, how many families wait."""

    session: Session
    kilometres: float
    free: int
    waiting: int

    @property
    def day(self) -> date:
        assert self.session.starts_at is not None
        return local_day(self.session.starts_at)


def found_for(family: Family, child: Child, first: date, last: date, now: datetime) -> list[Found]:
    """Open sessions from `first` up to the day before `last`, within reach and for the child's age
    on that day. One query.

    In order of nearness within a day, those in the hours of a nap last. Sessions that are reserved
    for wishes (home visits) are not among them.
    """
    begins = max(now, local_midnight(first))
    ends = local_midnight(last)
    if begins >= ends:
        return []
    ages = _ages(child, begins, ends)
    home = (family.latitude, family.longitude)
    flat: list[Any] = [*chain.from_iterable(ages)]
    rows = _within_reach(len(ages))(now, begins, ends, *square_round(home, REACH_KM), *flat)
    found = (_seen(family, session) for session in rows)
    return sorted(
        (f for f in found if f.kilometres <= REACH_KM),
        key=lambda f: (
            f.day,
            sleeps_then(child, f),
            round(f.kilometres, 1),
            f.session.starts_at,
            f.session.pk,
        ),
    )


def sleeps_then(child: Child, found: Found) -> bool:
    """A child of a year and more mostly sleeps once, after noon: what begins then suits it less."""
    session = found.session
    assert session.starts_at is not None
    if months_completed(child.birth_month, found.day) < ONE_NAP:
        return False
    return NAP[0] <= session.starts_at.astimezone(LOCAL).hour < NAP[1]


def session_for(family: Family, session_id: int) -> Found | None:
    """One session that has been published, open or not any more; None when families have nothing to
    see there."""
    for row in _one(session_id):
        return _seen(family, row)
    return None


def streams_of_plans(day: date) -> list[str]:
    """The published rotas around that day, and any that will be: a page of sessions listens to
    their structure.

    One query.
    """
    return [
        CITY,
        *(
            f"plan.{row['pk']}"
            for row in _PLANS(day - timedelta(weeks=12), day + timedelta(days=7))
        ),
    ]


_PLANS = Prepared(
    lambda first, last: (
        Rota.objects.filter(state=Rota.State.PUBLISHED, starts_on__range=(first, last))
        .order_by("pk")
        .values("pk")
    ),
    SOME_DAY,
    SOME_DAY,
)


def _announced() -> QuerySet[Session]:
    return Session.objects.exclude(rota__state=Rota.State.DRAFT).select_related(
        "rota", "venue__street", "programme", "engagement"
    )


_one = Prepared(
    lambda pk: with_waiting(
        _announced().filter(pk=pk, seats_max__isnull=False, starts_at__isnull=False, group="")
    ),
    0,
)


def bookable() -> QuerySet[Session]:
    """Open sessions of published rotas with seats that any family may book, with how many wait."""
    open_ones = _announced().filter(
        rota__state=Rota.State.PUBLISHED,
        state=Session.State.OPEN,
        seats_max__isnull=False,
        group="",
        venue__isnull=False,
    )
    return with_waiting(open_ones)


def _seen(family: Family, session: Session) -> Found:
    way = kilometres((family.latitude, family.longitude), (session.latitude, session.longitude))
    return Found(session, way, free_seats(session), session.waiting)  # type: ignore[attr-defined]


@cache
def _within_reach(months: int) -> Prepared[Session]:
    """Open sessions in a square, for the age that a child has in each of so many calendar
    months."""

    def write(
        now: datetime,
        begins: datetime,
        ends: datetime,
        south: float,
        north: float,
        west: float,
        east: float,
        *ages: object,
    ) -> QuerySet[Session]:
        of_age = Q(pk__in=())
        for first, after, age in zip(ages[::3], ages[1::3], ages[2::3], strict=True):
            old = Value(age, output_field=BigIntegerField())
            of_age |= Q(
                starts_at__gte=first, starts_at__lt=after, months_low__lte=old, months_high__gte=old
            )
        near = Q(latitude__range=(south, north), longitude__range=(west, east))
        return bookable().filter(
            of_age, near, starts_at__gt=now, starts_at__gte=begins, starts_at__lt=ends
        )

    return Prepared(
        write,
        SOME_TIME,
        SOME_TIME,
        SOME_TIME,
        0.0,
        0.0,
        0.0,
        0.0,
        *(SOME_TIME, SOME_TIME, 0) * months,
    )


def _ages(child: Child, begins: datetime, ends: datetime) -> list[tuple[datetime, datetime, int]]:
    """(from, before, months): an age lasts a calendar month, so the band is asked once a month,
    with the rule's own count of months."""
    firsts = list(_months(local_day(begins), local_day(ends)))
    return [
        (
            local_midnight(month),
            local_midnight(_following(month)),
            months_completed(child.birth_month, month),
        )
        for month in firsts
    ]


def _months(first: date, last: date) -> Iterable[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = _following(month)


def _following(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
