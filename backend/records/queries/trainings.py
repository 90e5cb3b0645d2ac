"""Which sessions are trainings, and what they give."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from backend.common.bulk import among
from backend.programmes.models import CredentialKind
from backend.programmes.queries import kinds_by_training
from backend.records.models import Training
from backend.rota.models import Session, SessionTemplate


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


def training_kept(template: SessionTemplate) -> tuple[CredentialKind, int | None] | None:
    """What sessions that begin from it give, where a training can give that still. One statement at
    most."""
    kept = template.says.get("training")
    if kept is None:
        return None
    kind = kinds_by_training().filter(pk=kept[0]).first()
    if kind is None:
        return None
    return kind, kept[1]


def training_of(session: Session) -> Training | None:
    """One statement."""
    return Training.objects.filter(session=session).select_related("kind").first()
