"""What messages about visits at home are about, read as it is now. None reads a door or a topic."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from backend.common.bulk import among
from backend.notifications.titles import title_of
from backend.rota.agreed import Agreed
from backend.visits.models import Visit, VisitRequest
from backend.visits.operations.watching import missing
from backend.visits.states import VisitEnd, VisitState
from backend.words.saying import About

Ids = Collection[int]
Found = dict[int, About]


def visit_wanted(ids: Ids, now: datetime) -> Found:
    """A time is looked for."""
    return _requests(Q(state=VisitState.OPEN), ids)


def visit_turned_down(ids: Ids, now: datetime) -> Found:
    """Somebody turned it down; with why."""
    return _requests(Q(state=VisitState.DECLINED), ids)


def visit_unmet(ids: Ids, now: datetime) -> Found:
    """Its days are over, and no time was found."""
    return _requests(Q(state=VisitState.ENDED, end_reason=VisitEnd.LATE), ids)


def _requests(condition: Q, ids: Ids) -> Found:
    rows = VisitRequest.objects.filter(condition, among("pk", ids)).defer("topic", "address")
    return {
        one.pk: About(
            key=one.pk,
            day=one.last_day,
            why=one.because,
        )
        for one in rows.order_by("last_day", "pk")
    }


def pair_inside(ids: Ids, now: datetime) -> Found:
    """It should be over, and nobody has said that they are out."""
    return _visits(missing(now).filter(among("pk", ids)))


def pair_back_inside(ids: Ids, now: datetime) -> Found:
    """One of them says that she is inside, and nobody has said that they are out since."""
    return _visits(Visit.objects.filter(among("pk", ids), finished_at=None, safe_at=None))


def _visits(rows: QuerySet[Visit]) -> Found:
    found = rows.select_related("session__venue", "session__programme", "session__engagement")
    return {
        one.pk: About(
            key=one.session_id,
            title=title_of(one.session),
            agreed=Agreed.of(one.session),
        )
        for one in found.order_by("session__ends_at", "pk")
    }


OF_VISITS = (visit_wanted, visit_turned_down, visit_unmet, pair_inside, pair_back_inside)
