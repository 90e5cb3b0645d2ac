"""What messages say of a place that may pass to somebody else. As in `facts`: a constant number of
statements; what is true no more is left out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from backend.common.bulk import among
from backend.notifications.titles import title_of
from backend.rota.agreed import Agreed
from backend.rota.models import Assignment, Cover, CoverAsk, Session
from backend.rota.policy import not_begun
from backend.words.saying import About

Found = dict[int, About]
OF_COVER = ("session__venue__street", "session__programme", "session__engagement", "shift__role")


def cover_waits(ids: Collection[int], now: datetime) -> Found:
    """Nobody has taken the place, and she has not answered."""
    waits = Q(state=CoverAsk.State.PENDING, cover__state=Cover.State.OPEN, cover__answer_by__gt=now)
    has_it = Q(cover__place__state=Assignment.State.ACTIVE)
    return _asks(waits & has_it & Q(cover__session__state=Session.State.OPEN), ids, now)


def cover_spared(ids: Collection[int], now: datetime) -> Found:
    """Nobody waits for her answer any more, and it has not begun."""
    return _asks(Q(state=CoverAsk.State.SPARED), ids, now)


def cover_passed(ids: Collection[int], now: datetime) -> Found:
    """Somebody has the place that was hers."""
    return _covers(Q(state=Cover.State.TAKEN), ids, now)


def cover_failed(ids: Collection[int], now: datetime) -> Found:
    """Nobody could, nobody is asked, and it is hers still."""
    hers = Q(state=Cover.State.EXPIRED, place__state=Assignment.State.ACTIVE)
    return _covers(hers, ids, now)


def _asks(condition: Q, ids: Collection[int], now: datetime) -> Found:
    rows = CoverAsk.objects.filter(
        condition, not_begun(now, "cover__session__"), among("pk", ids)
    ).select_related(*(f"cover__{name}" for name in OF_COVER))
    return {one.pk: _about(one.cover) for one in rows.order_by("cover__session__starts_at", "pk")}


def _covers(condition: Q, ids: Collection[int], now: datetime) -> Found:
    rows = Cover.objects.filter(condition, not_begun(now, "session__"), among("pk", ids))
    rows = rows.select_related(*OF_COVER).order_by("session__starts_at", "pk")
    return {one.pk: _about(one) for one in rows}


def _about(cover: Cover) -> About:
    return About(
        key=cover.session_id,
        title=title_of(cover.session),
        role=cover.shift.role.name,
        agreed=Agreed.of(cover.session),
        answer_by=cover.answer_by,
        state=cover.state,
    )


OF_COVERS = (cover_waits, cover_spared, cover_passed, cover_failed)
