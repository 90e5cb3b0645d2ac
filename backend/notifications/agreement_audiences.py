"""Whom a new version of what volunteers agree to concerns."""

from __future__ import annotations

from backend.notifications.recipients import Audience, Happened
from backend.outbox import kinds
from backend.volunteers.agreements import reached_by
from backend.volunteers.models import AgreementVersion


def who_agrees_to_it(it: Happened) -> Audience:
    """Everybody who serves and for whom it holds."""
    event = it.event
    assert isinstance(event, kinds.AgreementPublished)
    rows = AgreementVersion.objects.select_related("organisation").filter(pk=event.version)
    people = [pk for version in rows for pk in reached_by(version).values_list("pk", flat=True)]
    return Audience.volunteers((pk, event.version) for pk in sorted(people))


OF_AGREEMENTS = (who_agrees_to_it,)
