"""Whom a table that is to leave the house concerns."""

from __future__ import annotations

from backend.exchange.models import Export
from backend.notifications.recipients import Audience, Happened
from backend.notifications.responsible import others_than
from backend.outbox import kinds


def who_agrees(it: Happened) -> Audience:
    """The other coordinators of the organisation; where she is alone, those above her."""
    event = it.event
    assert isinstance(event, kinds.ExportAsked)
    rows = Export.objects.filter(pk=event.export, decided_at=None)
    paths = rows.values_list("organisation__path", flat=True)
    return Audience.users(
        (user, event.export) for path in paths for user in others_than(path, it.actor)
    )


def who_asked_for_it(it: Happened) -> Audience:
    event = it.event
    assert isinstance(event, kinds.ExportDecided)
    rows = Export.objects.filter(pk=event.export)
    return Audience.users(rows.values_list("asked_by_id", "pk"))


WHO_EXPORTS = (who_agrees, who_asked_for_it)
