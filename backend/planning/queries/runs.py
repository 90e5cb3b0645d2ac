"""Runs and the open proposal of a rota."""
from __future__ import annotations

from datetime import datetime

from django.db.models import Min, QuerySet

from backend.planning.models import Proposal, Run
from backend.rota.models import Rota


def runs() -> QuerySet[Run]:
    """Without the stored problem and plan, which are megabytes."""
    return Run.objects.select_related("rota__organisation", "requested_by").defer("problem", "checkpoint")


def latest_run(rota: Rota) -> Run | None:
    return runs().filter(rota=rota).order_by("-requested_at", "-pk").first()


def proposals() -> QuerySet[Proposal]:
    return Proposal.objects.select_related("rota__organisation", "run").defer("plan", "run__problem", "run__checkpoint")


def open_proposal(rota: Rota) -> Proposal | None:
    return proposals().filter(rota=rota, state="open").order_by("-made_at").first()


def overdue_seconds(now: datetime) -> float:
    """How long ago the lease of a running run ended without being renewed; zero when none has."""
    oldest = Run.objects.filter(state="running").aggregate(at=Min("lease_until"))["at"]
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
