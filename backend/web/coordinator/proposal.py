"""A proposal: what it changes for whom, what stays empty and why, what it costs; publish it or put
it aside; answers as they come."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend import words
from backend.access import queries as access
from backend.common import clock
from backend.organisations.queries import can_coordinate
from backend.planning.models import Proposal
from backend.planning.operations import discard_proposal, request_publication
from backend.planning.policy import can_plan
from backend.planning.progress import gap_of, publication
from backend.planning.queries import proposal as queries
from backend.planning.queries import runs
from backend.planning.queries.stale import named_in, stale_lines
from backend.planning.queries.unmet import UnmetPromise, unmet_promises
from backend.planning.stale import Stale
from backend.programmes.queries import credential_names
from backend.rota.models import Session
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.paging import page_number, pager
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.words import terms
from backend.words.plans import looks_elsewhere, made_for
from matching import PARTS

HOLES_SHOWN = 40


@coordinator
def proposal(request: CoordinatorRequest, pk: int) -> HttpResponse:
    return render(request, "coordinator/proposal.html", _about(request, _seen(request, pk)))


@coordinator
def proposal_fragment(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """The proposal alone: fetched again when it is published or put aside."""
    return render(request, "coordinator/_proposal.html", _about(request, _seen(request, pk)))


@coordinator
def answers_fragment(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Answers alone: fetched again as they come in."""
    row = _seen(request, pk)
    return render(
        request,
        "coordinator/_answers.html",
        {"proposal": row, **_answers(row, _part(request, row))},
    )


@coordinator
@require_POST
def publish(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Ask for it; the page shows how it goes, and what kept it from happening."""
    row = _seen(request, pk)
    access.rota_to_change(request.user, row.rota_id)
    with refusals_said(request, you=False):
        request_publication(
            proposal_id=pk,
            actor=request.user,
            now=clock.now(),
            rest=request.POST.get("rest") == "1",
        )
    return see_other("coordinator:proposal", pk)


@coordinator
@require_POST
def discard(request: CoordinatorRequest, pk: int) -> HttpResponse:
    row = _seen(request, pk)
    access.rota_to_change(request.user, row.rota_id)
    with refusals_said(request, you=False):
        discard_proposal(proposal_id=pk, actor=request.user, now=clock.now())
        messages.success(request, _("放弃了这份方案，谁也没有收到通知。"))
    return see_other("coordinator:rota", row.rota_id)


def _seen(request: CoordinatorRequest, pk: int) -> Proposal:
    """A what-if has no such page: it is only compared."""
    row = runs.proposal_with_a_page(pk)
    if row is None or not access.sees_rota(request.user, row.rota):
        raise Http404
    return row


def _part(request: CoordinatorRequest, row: Proposal) -> QuerySet[Session] | None:
    """The sessions that she sees of it; None: all. Whom the others concern is not told her."""
    if access.sees_whole(request.user, row.rota.organisation):
        return None
    return access.sessions_seen(request.user, row.rota)


def _about(request: CoordinatorRequest, row: Proposal) -> dict[str, Any]:
    sessions = _part(request, row)
    number = page_number(request)
    lines = queries.lines_seen(row, sessions)
    counts = queries.counts(lines)
    people, pages = queries.by_person(lines, number)
    since = queries.since(row) if row.state in Proposal.WAITING else queries.Since()
    acts = can_plan(row.rota, clock.now())
    return {
        "place": "rota",
        "proposal": row,
        "run_stream": f"run.{row.run_id} rota.{row.rota_id}",
        "since": terms.since(since),
        "here": f"{reverse('coordinator:proposal_fragment', args=[row.pk])}?page={number}",
        "rota": row.rota,
        "lines": counts,
        "left": queries.families_left(lines),
        "people": people,
        "readable": access.volunteers_readable(request.user, [one.volunteer for one in people]),
        "whole": sessions is None,
        "pager": pager(number, pages),
        "gap": gap_of(row),
        "aims": made_for(row.run),
        "aims_now": row.is_open and looks_elsewhere(row.run, row.rota),
        "cut_short": terms.cut_short(row.run.trouble),
        "costs": [
            (terms.cost(part), f"{row.parts[part]:,}") for part in PARTS if row.parts.get(part)
        ],
        "cost": f"{row.cost:,}",
        "unmet": _unmet(request, row),
        "acts": acts and can_coordinate(request.user, row.rota.organisation),
        "likely": _likely(row, sessions),
        **_holes(request, row, fresh=row.state == Proposal.State.OPEN and not since),
        **_answers(row, sessions),
        **_attempt(row, sessions, counts.asked),
    }


def _unmet(request: CoordinatorRequest, row: Proposal) -> list[tuple[UnmetPromise, str]]:
    """Promises of the sessions that she sees, kept by the plan, for which somebody lacks something
    by then, as it is known today."""
    if row.is_discarded:
        return []
    found = unmet_promises(access.sessions_seen(request.user, row.rota), clock.now())
    if not found:
        return []
    names = credential_names()
    return [(one, _("；").join(words.reasons(one.lacks, names=names, you=False))) for one in found]


def _likely(row: Proposal, sessions: QuerySet[Session] | None) -> dict[str, Any] | None:
    """How sure the plan was of its people when it was made: the least sure sessions that she sees;
    of all together only to who sees all."""
    seen = queries.least_sure(row, sessions)
    if seen is None:
        return None
    found = row.facts["likely"]
    return {
        "all": _per_cent(found["all"]),
        "holes": found["holes"],
        "sessions": [(session, _per_cent(share)) for session, share in seen],
    }


def _per_cent(share: float) -> int:
    """Never said to be certain, or impossible."""
    return min(99, max(1, round(100 * share)))


def _holes(request: CoordinatorRequest, row: Proposal, *, fresh: bool) -> dict[str, Any]:
    """What stays empty. `fresh`: the proposal waits, and nothing has changed since."""
    seen = access.sessions_seen(request.user, row.rota)
    holes = queries.holes(row, seen, fresh, clock.now())
    return {
        "short": sum(hole.missing for hole in holes),
        "holes": [(hole, _steps(hole)) for hole in holes[:HOLES_SHOWN]],
        "more_holes": max(0, len(holes) - HOLES_SHOWN),
    }


def _steps(hole: queries.ProposalHole) -> list[tuple[str, int]]:
    """Why nobody could be found, in words, each with how many people it keeps away."""
    return [(terms.step(code), n) for code, n in hole.steps]


def _attempt(row: Proposal, sessions: QuerySet[Session] | None, asked: int) -> dict[str, Any]:
    """How publishing goes, or why the last try published nothing; `rest`: of the new offers of the
    plan (`asked`), how many would go out all the same."""
    if row.state == Proposal.State.PUBLISHING:
        return {"shown": publication("lock" if row.attempt else "wait")}
    if row.state != Proposal.State.OPEN or not row.refusal:
        return {}
    stale, count = stale_lines(row, clock.now())
    if sessions is not None:
        hers = set(sessions.values_list("pk", flat=True))
        stale = [item for item in stale if item.line.session_id in hers]
        count = len(stale)
    return {
        "stale": _stale_in_words(stale),
        "stale_count": count,
        "rest": asked - row.refusal.get("asked", 0),
        "trouble": terms.unpublished(row.refusal["code"]) if "code" in row.refusal else "",
    }


def _answers(row: Proposal, sessions: QuerySet[Session] | None) -> dict[str, Any]:
    if row.state != Proposal.State.PUBLISHED:
        return {}
    return {
        "answers": queries.answers(row, sessions),
        "latest": queries.latest_answers(row, sessions),
        "stream": f"rota.{row.rota_id}",
    }


def _stale_in_words(stale: list[Stale]) -> list[tuple[str, str]]:
    """(whom and what, why) of each line that no longer fits. Three statements."""
    names, titles = named_in(stale)
    credentials = credential_names() if any(s.violations for s in stale) else {}
    found = []
    for item in stale:
        who = names.get(item.line.volunteer_id or 0) or _("一个家庭")
        title = titles.get(item.line.session_id, "")
        found.append((_("，").join([who, title]), terms.stale(item, credentials)))
    return found
