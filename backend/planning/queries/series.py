"""The other sessions of a weekly series."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from backend.rota.models import Session
from backend.rota.policy import not_begun
from backend.rota.states import TO_COME


def of_series(session: Session) -> QuerySet[Session]:
    """All of its series but those that were called off, itself among them, the earliest first; none
    for a session that is in none."""
    rows = Session.objects.filter(series=session.series_id, series__isnull=False)
    return rows.exclude(state=Session.State.CANCELLED).order_by("starts_at", "pk")


def to_change_with(session: Session, now: datetime) -> QuerySet[Session]:
    """The others of its series that have not begun, the earliest first."""
    return of_series(session).filter(not_begun(now), state__in=TO_COME).exclude(pk=session.pk)


def to_change_after(session: Session, now: datetime) -> QuerySet[Session]:
    """Those of them that begin after it. One statement."""
    return to_change_with(session, now).filter(starts_at__gt=session.starts_at)


def later_of(session: Session, now: datetime) -> list[int]:
    """The keys of those; without a statement where it is in no series."""
    if session.series_id is None or session.starts_at is None:
        return []
    return list(to_change_after(session, now).values_list("pk", flat=True))
