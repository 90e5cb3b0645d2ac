"""What messages say of somebody under age who is alone in a session, or was. As in `facts`: a
constant number of statements; what is true no more is left out."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from backend.common.bulk import among
from backend.notifications.titles import title_of
from backend.rota.agreed import Agreed
from backend.rota.models import Assignment, Session
from backend.rota.policy import not_begun
from backend.rota.queries.minors import minors_alone as alone_in
from backend.rota.queries.minors import minors_minded as minded_in
from backend.rota.queries.minors import with_ages
from backend.rota.states import TO_COME
from backend.words.saying import About

Found = dict[int, About]


def minors_alone(ids: Collection[int], now: datetime) -> Found:
    """Everybody who has said yes to the session, which is to come, is under age: `number` of
    them."""
    return _sessions(ids, now, alone_in)


def minors_minded(ids: Collection[int], now: datetime) -> Found:
    """People under age, `number` of them, and a grown-up have said yes to the session, which is to
    come."""
    return _sessions(ids, now, minded_in)


def left_alone(ids: Collection[int], now: datetime) -> Found:
    """She has the place still, and nobody in the session is a grown-up."""
    return _places(ids, now, minors_alone)


def not_alone(ids: Collection[int], now: datetime) -> Found:
    """She has the place still, and a grown-up is in the session."""
    return _places(ids, now, minors_minded)


def _sessions(ids: Collection[int], now: datetime, count: Callable[[Session], int]) -> Found:
    rows = Session.objects.filter(
        not_begun(now), among("pk", ids), state__in=TO_COME, starts_at__isnull=False
    )
    rows = rows.select_related("programme", "engagement", "venue__street")
    return {
        one.pk: About(key=one.pk, title=title_of(one), agreed=Agreed.of(one), number=count(one))
        for one in with_ages(rows).order_by("starts_at", "pk")
        if count(one)
    }


def _places(
    ids: Collection[int], now: datetime, which: Callable[[Collection[int], datetime], Found]
) -> Found:
    rows = Assignment.objects.filter(among("pk", ids), state=Assignment.State.ACTIVE)
    places = dict(rows.values_list("pk", "session_id"))
    found = which(set(places.values()), now)
    return {pk: found[session] for pk, session in places.items() if session in found}


OF_MINORS = (minors_alone, minors_minded, left_alone, not_alone)
