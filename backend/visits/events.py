"""Whom a request for a visit concerns: the family, and every desk that may plan it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from backend.accounts.access import note
from backend.accounts.models import User
from backend.organisations.models import Organisation
from backend.outbox.kinds import OfVisit
from backend.outbox.record import record
from backend.places.codes import COUNTY, STREET
from backend.visits.models import VisitRequest


def tell(
    kind: type[OfVisit],
    request: VisitRequest,
    *,
    actor: User | None,
    now: datetime,
    action: str = "",
) -> None:
    """Record what happened to it; `action`: noted in the access log of the family, too."""
    if action:
        note(actor, action, f"family:{request.family_id}", "home visit", now=now)
    happened = kind(family=request.family_id, request=request.pk)
    record(happened, streams=streams_of(request), actor=actor, now=now)


def streams_of(request: VisitRequest) -> set[str]:
    """Reads the family and the session that was made of it, where who goes there looks. Two
    statements."""
    street = request.family.street_id
    newest = request.visits.order_by("-pk").values_list("session_id", flat=True)[:1]
    sessions = {f"session.{pk}" for pk in newest}
    return {f"family.{request.family_id}", *sessions, *desks_at(street)}


def desks_at(street: str) -> set[str]:
    """The streams of the organisations that look after this street: its own and its villages', its
    county's, the city's."""
    above = Q(division__in=[street[:COUNTY], street[:STREET]])
    below = Q(division__code__startswith=street[:STREET])
    rows = Organisation.objects.filter(above | below | Q(level=Organisation.Level.CITY))
    return {f"organisation.{pk}" for pk in rows.values_list("pk", flat=True)}
