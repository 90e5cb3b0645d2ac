"""The runs of a rota and what each came to."""

from __future__ import annotations

from django.db.models import QuerySet

from backend.planning.models import Proposal, Run
from backend.planning.queries.runs import proposals, runs
from backend.rota.models import Rota

COMPARED = 30  # the newest plans that can be chosen


def runs_of(rota: Rota) -> QuerySet[Run]:
    """The newest first, each with its proposal (`run.proposal`, where it ended in one). One
    statement."""
    found = runs().filter(rota=rota).select_related("proposal").defer("proposal__plan")
    return found.order_by("-requested_at", "-pk")


def plans_of(rota: Rota) -> list[Proposal]:
    """The newest plans of its runs, whatever has become of them. One statement."""
    return list(proposals().filter(rota=rota).order_by("-made_at", "-pk")[:COMPARED])
