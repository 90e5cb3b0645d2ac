"""The counties that a selection of sessions touches."""

from __future__ import annotations

from django.db.models import QuerySet

from backend.places.models import Division
from backend.rota.models import Session


def counties_of(sessions: QuerySet[Session]) -> dict[str, str]:
    """Code → name, in the order of the codes. One statement."""
    return dict(
        Division.objects.filter(code__in=sessions.order_by().values("county_code"))
        .order_by("code")
        .values_list("code", "name")
    )
