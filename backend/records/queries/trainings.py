"""Which sessions are trainings, and what they give."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from backend.common.bulk import among
from backend.records.models import Training
from backend.rota.models import Session


def trainings_of(sessions: Iterable[Session]) -> dict[int, Training]:
    """Session → what attending it gives, with its kind. One statement; none without sessions."""
    keys = {session.pk for session in sessions}
    if not keys:
        return {}
    rows = Training.objects.filter(among("session", keys)).select_related("kind")
    return {row.session_id: row for row in rows}


def with_training(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Each with its training, where it is one."""
    return sessions.select_related("training__kind")


def training_read(session: Session) -> Training | None:
    """Of with_training()."""
    return getattr(session, "training", None)


def training_of(session: Session) -> Training | None:
    """One statement."""
    return Training.objects.filter(session=session).select_related("kind").first()
