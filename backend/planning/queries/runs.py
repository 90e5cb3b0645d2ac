"""Runs and the open proposal of a rota."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from backend.common.clock import local_midnight
from backend.planning.models import Proposal, Run
from backend.planning.policy import seconds_for
from backend.rota.models import Rota, Session
from backend.rota.policy import begun


def runs() -> QuerySet[Run]:
    """Without the stored problem and plan, which are megabytes."""
    return Run.objects.select_related("rota__organisation", "requested_by").defer(
        "problem", "checkpoint", "families"
    )


def latest_run(rota: Rota) -> Run | None:
    """The newest of the rota as it stands; a what-if is none."""
    return runs().filter(rota=rota, what_if__isnull=True).order_by("-requested_at", "-pk").first()


def time_for(rota: Rota) -> int:
    """How many seconds a run of it may take (policy.seconds_for). One statement."""
    return seconds_for(rota.sessions.count(), settings.SOLVER_SECONDS)


def waiting() -> list[tuple[int, int]]:
    """Each run that waits for a solver, with how many are before it: those that are worked on, and
    those that wait for longer. What-ifs are worked on by the same solvers. One statement."""
    live = Run.objects.filter(state__in=Run.LIVE).order_by("requested_at", "pk")
    rows = list(live.values_list("pk", "state"))
    queued = [pk for pk, state in rows if state == Run.State.QUEUED]
    working = len(rows) - len(queued)
    return [(pk, working + place) for place, pk in enumerate(queued)]


def proposals() -> QuerySet[Proposal]:
    return Proposal.objects.select_related("rota__organisation", "run").defer(
        "plan", "run__problem", "run__checkpoint", "run__families"
    )


def open_proposal(rota: Rota) -> Proposal | None:
    """The newest one that nobody has been told of; it may be on its way out already."""
    return proposals().filter(rota=rota, state__in=Proposal.WAITING).order_by("-made_at").first()


@dataclass(frozen=True)
class Reach:
    """Sessions of a rota that take place: `begun`, whether or not they are over, which no run moves
    any more; and where there are such, those `ahead`, open-ended ones among them."""

    begun: int
    ahead: int

    @property
    def nothing_left(self) -> bool:
        return self.begun > 0 and not self.ahead


def reach(rota: Rota, now: datetime) -> Reach:
    """What a run of this moment could plan. One statement; none before the first of its days, when
    nothing can have begun and nobody asks how much is ahead."""
    if now < local_midnight(rota.starts_on):
        return Reach(0, 0)
    behind = begun(now) | Q(state=Session.State.DONE)
    rows = Session.objects.filter(rota=rota).exclude(state=Session.State.CANCELLED)
    counts = rows.aggregate(begun=Count("pk", filter=behind), all=Count("pk"))
    return Reach(counts["begun"], counts["all"] - counts["begun"])


def counted(rotas: QuerySet[Rota]) -> QuerySet[Rota]:
    """With `count` of sessions that take place, `waiting` proposals and `working` runs, each
    counted by itself: joined, every session would be read once for every proposal and every run."""
    return rotas.annotate(
        count=_number(Session.objects.exclude(state=Session.State.CANCELLED)),
        waiting=_number(Proposal.objects.filter(state__in=Proposal.WAITING)),
        working=_number(Run.objects.filter(state__in=Run.LIVE, what_if__isnull=True)),
    )


def _number(rows: QuerySet[Any]) -> Coalesce:
    mine = (
        rows.filter(rota=OuterRef("pk"))
        .order_by()
        .values("rota")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Coalesce(Subquery(mine), 0)


def overdue_seconds(now: datetime) -> float:
    """How long ago the lease of a running run ended without being renewed; zero when none has."""
    oldest = Run.objects.filter(state=Run.State.RUNNING).aggregate(at=Min("lease_until"))["at"]
    if oldest:
        return max(0.0, (now - oldest).total_seconds())
    return 0.0


def live_runs() -> QuerySet[Run]:
    """What waits for a worker or is being solved, the oldest first. One statement."""
    return runs().filter(state__in=Run.LIVE).order_by("requested_at")


def past_runs() -> QuerySet[Run]:
    """What came to an end, the newest first. One statement."""
    return runs().exclude(state__in=Run.LIVE).order_by("-requested_at")


def proposal_with_a_page(pk: int) -> Proposal | None:
    """A what-if has none: it is only compared. One statement."""
    return proposals().filter(pk=pk).exclude(state=Proposal.State.WHAT_IF).first()
