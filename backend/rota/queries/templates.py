"""What something new can begin from: a session from a template, a rota from another."""

from __future__ import annotations

from django.db.models import QuerySet

from backend.organisations.models import Organisation
from backend.rota.models import Rota, SessionTemplate


def templates_for(organisation: Organisation) -> QuerySet[SessionTemplate]:
    """Its own and those of the organisations above it, by name; of kinds that are still in use.
    One statement."""
    above = [int(part) for part in organisation.path.strip(".").split(".") if part]
    rows = SessionTemplate.objects.filter(
        organisation__in=above,
        engagement__programme__active=True,
        engagement__minutes__isnull=False,
        engagement__at_home=False,
    )
    return rows.select_related("engagement__programme", "organisation").order_by("name", "pk")


def rotas_of(organisations: QuerySet[Organisation]) -> QuerySet[Rota]:
    """Those that one may be copied from, the newest first; no ledger, which was never planned."""
    rows = Rota.objects.filter(organisation__in=organisations, kind=Rota.Kind.ORDINARY)
    return rows.order_by("-starts_on", "pk")


def newest_rota(organisation: Organisation | None) -> Rota | None:
    """The last one that it has begun, after which the next one begins. One statement."""
    rows = Rota.objects.filter(organisation=organisation, kind=Rota.Kind.ORDINARY)
    return rows.order_by("-starts_on", "pk").first()
