"""The list of rotas, and the holes of one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from backend.access import queries as access
from backend.common import clock
from backend.planning.queries import board, runs
from backend.planning.queries.heads import short_sessions
from backend.rota.policy import rota_is_over
from backend.web.coordinator.door import coordinator
from backend.web.coordinator.paging import PAGE, page_number, pager, turned


@coordinator
def rotas(request: HttpRequest) -> HttpResponse:
    """Newest first, with how many sessions each has and whether a proposal waits.

    One statement for the list.
    """
    counted = runs.counted(access.rotas_seen(request.user))
    page = page_number(request)
    rows = list(
        counted.order_by("-starts_on", "organisation__path", "pk")[
            (page - 1) * PAGE : page * PAGE + 1
        ]
    )
    pages = page + (len(rows) > PAGE)
    organisations = " ".join(sorted({f"organisation.{row.organisation_id}" for row in rows[:PAGE]}))
    now = clock.now()
    context = {
        "place": "rota",
        "rotas": [(row, rota_is_over(row, now)) for row in rows[:PAGE]],
        "pager": pager(page, pages),
        "stream": organisations,
    }
    return render(request, "coordinator/rotas.html", context)


@coordinator
def holes(request: HttpRequest, pk: int) -> HttpResponse:
    """Every session of the rota that lacks people, by time; with an open proposal as it would
    be."""
    row = access.rota_seen(request.user, pk)
    seen = access.sessions_seen(request.user, row)
    proposal = runs.open_proposal(row)
    moment = clock.now()
    empty = short_sessions(seen, proposal, now=moment)
    page = turned(request, len(empty))
    listed = [one.session for one in page.of(empty)]
    shown = seen.filter(pk__in=listed)
    context = {
        "place": "rota",
        "rota": row,
        "proposal": proposal,
        "total": len(empty),
        "people": sum(one.people for one in empty),
        "cards": board.with_asked(
            board.cards(shown, board.proposed_posts(shown, proposal), proposal, now=moment)
        ),
        "pager": page.pager(),
    }
    return render(request, "coordinator/holes.html", context)
