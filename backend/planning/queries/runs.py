"""Runs and the open proposal of a rota."""
from __future__ import annotations

from django.db.models import QuerySet

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
