"""What messages about statements of service are about, read as it is now (`facts`)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from backend.common.bulk import among
from backend.common.clock import local_day
from backend.proofs.models import Doubt, StarAward, Statement
from backend.proofs.stars import star_at
from backend.words.saying import About

Ids = Collection[int]
Found = dict[int, About]


def statement_waits(ids: Ids, now: datetime) -> Found:
    """Nobody has answered it yet."""
    rows = Statement.objects.filter(among("pk", ids), state=Statement.State.REQUESTED)
    return {pk: About(key=pk) for pk in rows.order_by("pk").values_list("pk", flat=True)}


def statement_holds(ids: Ids, now: datetime) -> Found:
    """It is issued, and holds."""
    return _statements(Statement.State.ISSUED, ids=ids)


def statement_displays(ids: Ids, now: datetime) -> Found:
    """It is on display."""
    return _statements(Statement.State.DISPLAYED, ids=ids)


def doubt_open(ids: Ids, now: datetime) -> Found:
    """Nobody has answered it yet."""
    rows = Doubt.objects.filter(among("pk", ids), answered_at=None).order_by("pk")
    return {pk: About(key=paper) for pk, paper in rows.values_list("pk", "statement_id")}


def star_stands(ids: Ids, now: datetime) -> Found:
    """It is on display, hers, or was taken down."""
    return {
        one.pk: About(
            key=one.pk,
            name=star.name,
            state=one.state,
            why=one.why,
            number=one.minutes,
            day=_day(one.until),
        )
        for one in StarAward.objects.filter(among("pk", ids)).order_by("pk")
        if (star := star_at(one.level))
    }


def statement_off(ids: Ids, now: datetime) -> Found:
    """It was not issued, or was revoked."""
    return _statements(Statement.State.DENIED, Statement.State.REVOKED, ids=ids)


def _statements(*states: str, ids: Ids) -> Found:
    rows = Statement.objects.filter(among("pk", ids), state__in=states)
    return {
        one.pk: About(key=one.pk, name=one.number or "", why=one.why, day=_day(one.until))
        for one in rows.only("number", "why", "until").order_by("pk")
    }


def _day(moment: datetime | None) -> date | None:
    return local_day(moment) if moment else None


OF_STATEMENTS = (
    statement_waits,
    statement_holds,
    statement_displays,
    statement_off,
    doubt_open,
    star_stands,
)
