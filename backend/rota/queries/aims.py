"""What the plans of a rota have looked to."""

from __future__ import annotations

from django.db.models import QuerySet

from backend.rota.models import AimsChange, Rota

SHOWN = 20


def changes_of(rota: Rota) -> QuerySet[AimsChange]:
    """The newest first, with who made them. One statement."""
    return rota.aims_changes.select_related("actor").order_by("-at", "-pk")[:SHOWN]
