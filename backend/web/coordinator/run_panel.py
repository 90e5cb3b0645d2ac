"""The run on top of a board: how far it is while it works, what came of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.access import queries as access
from backend.accounts.models import User
from backend.common import clock
from backend.organisations.queries import can_coordinate
from backend.planning import operations
from backend.planning.models import Proposal, Run
from backend.planning.policy import can_plan
from backend.planning.progress import gap_of, strings
from backend.planning.queries import proposal as queries
from backend.planning.queries import runs
from backend.planning.queries.heads import short_sessions
from backend.rota.models import Rota
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.words import terms


@dataclass(frozen=True)
class OpenProposal:
    """What an open proposal comes to as things stand now, in the sessions that the reader sees:
    places, people, people missing; `since`: what has happened to the rota meanwhile."""

    places: int
    people: int
    missing: int
    whole: bool
    since: str


@dataclass(frozen=True)
class Panel:
    """A run as the page shows it.

    `shown` are the numbers of the newest progress, the same that ticks bring; `waiting` those of a
    proposal that waits for a person, `before` the runs that a waiting one waits for.
    """

    run: Run | None
    proposal: Proposal | None
    shown: dict[str, Any]
    reach: runs.Reach
    over: bool
    waiting: OpenProposal | None = None
    before: int = 0

    @property
    def can_run(self) -> bool:
        """There is something to plan."""
        return not self.over and not self.reach.nothing_left

    @property
    def trouble(self) -> str:
        if self.run and self.run.trouble:
            return terms.trouble(self.run.trouble)
        return ""

    @property
    def gap(self) -> str:
        """Empty when it would say nothing about the plan."""
        if self.proposal:
            return gap_of(self.proposal)
        return ""

    @property
    def cut_short(self) -> str:
        if self.proposal:
            return terms.cut_short(self.proposal.run.trouble)
        return ""

    @property
    def resumed(self) -> bool:
        """Whether a plan of an earlier attempt is at hand."""
        if self.run is None or self.run.progress.get("cost") is None:
            return False
        return self.run.attempt > (1 if self.run.state == Run.State.RUNNING else 0)

    @property
    def live(self) -> bool:
        return self.run is not None and self.run.state in Run.LIVE


def panel(user: User, row: Rota, proposal: Proposal | None) -> Panel:
    """The newest run of a rota, and what one of now could plan. One statement more
    when the run waits, four when a proposal does."""
    now = clock.now()
    run = runs.latest_run(row)
    shown = strings(run.progress, run.seconds_limit) if run else {}
    found = Panel(run, proposal, shown, runs.reach(row, now), not can_plan(row, now))
    if run is not None and run.is_queued:
        return replace(found, before=dict(runs.waiting()).get(run.pk, 0))
    if proposal is None or found.live:
        return found
    seen = access.sessions_seen(user, row)
    whole = access.sees_whole(user, row.organisation)
    lines = queries.counts(queries.lines_seen(proposal, None if whole else seen))
    waiting = OpenProposal(
        lines.asked + lines.kept,
        lines.placed,
        sum(one.people for one in short_sessions(seen, proposal, now=now)),
        whole,
        terms.since(queries.since(proposal)),
    )
    return replace(found, waiting=waiting)


@coordinator
def new_session_fragment(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """The way to a new session alone, for a page that has been told that the rota is over."""
    row = access.rota_seen(request.user, pk)
    return render(
        request,
        "coordinator/_new_session.html",
        {
            "rota": row,
            "adds_here": access.adds_to(request.user, row),
            "over": not can_plan(row, clock.now()),
        },
    )


@coordinator
def run_fragment(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """The panel of a rota alone: fetched again when its run starts, stops or ends; numbers in
    between come as ticks."""
    row = access.rota_seen(request.user, pk)
    found = panel(request.user, row, runs.open_proposal(row))
    return render(
        request,
        "coordinator/_run.html",
        {"panel": found, "rota": row, "runs_here": can_coordinate(request.user, row.organisation)},
    )


@coordinator
@require_POST
def request_run(request: CoordinatorRequest, pk: int) -> HttpResponse:
    row = access.rota_to_change(request.user, pk)
    with refusals_said(request, you=False):
        operations.request_run(
            rota_id=row.pk, seconds_limit=runs.time_for(row), actor=request.user, now=clock.now()
        )
    return see_other("coordinator:rota", row.pk)


@coordinator
@require_POST
def stop_run(request: CoordinatorRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(runs.runs(), pk=pk)
    access.rota_to_change(request.user, run.rota_id)
    back = "coordinator:runs" if run.what_if else "coordinator:rota"
    keep = {"1": True, "0": False}.get(request.POST.get("keep", ""))
    if keep is None:
        messages.warning(request, _("请选一样"))
        return see_other(back, run.rota_id)
    with refusals_said(request, you=False):
        operations.stop_run(run_id=pk, keep=keep, actor=request.user, now=clock.now())
    return see_other(back, run.rota_id)
