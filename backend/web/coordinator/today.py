"""今天: what needs a coordinator now, live."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from backend.access import queries as access
from backend.common import clock
from backend.organisations.queries import own_lists
from backend.planning.queries import today as queries
from backend.planning.queries.heads import short_sessions
from backend.rota.models import Session
from backend.web.components import Pagination
from backend.web.coordinator.door import CoordinatorRequest, coordinator, page_number

PAGE = 50  # rows of a whole list


@coordinator
def today(request: CoordinatorRequest) -> HttpResponse:
    return render(request, "coordinator/today.html", {"place": "today", **_today(request)})


@coordinator
def today_fragment(request: CoordinatorRequest) -> HttpResponse:
    return render(request, "coordinator/_today.html", _today(request))


@coordinator
def whole_list(request: CoordinatorRequest, what: str) -> HttpResponse:
    """One of the lists of the day from beginning to end, by pages."""
    moment = clock.now()
    sessions = _sessions(request, moment)
    start = PAGE * (page_number(request) - 1)
    if what == "gaps":
        soon = queries.coming(sessions, moment)
        part = queries.gaps(short_sessions(soon, now=moment), start, PAGE)
    elif what == "waiting":
        part = queries.unanswered(sessions, start, PAGE)
    else:
        part = queries.answered(sessions, moment, start, PAGE)
    pages = max(1, -(-part.total // PAGE))
    pager = Pagination(page=min(page_number(request), pages), pages=pages, href="?page={page}")
    context = {"place": "today", "what": what, "part": part, "pager": pager if pages > 1 else None}
    return render(request, "coordinator/today_list.html", context)


def _sessions(request: CoordinatorRequest, moment: datetime) -> QuerySet[Session]:
    rotas = queries.rotas_here(request.user, moment)
    return access.sessions_seen(request.user, *rotas)


def _today(request: CoordinatorRequest) -> dict[str, Any]:
    moment = clock.now()
    rotas = queries.rotas_here(request.user, moment)
    sessions = access.sessions_seen(request.user, *rotas)
    soon = queries.coming(sessions, moment)
    short = short_sessions(soon, now=moment)
    return {
        "rotas": rotas,
        "stream": " ".join([*(f"rota.{rota.pk}" for rota in rotas), *own_lists(request.user)]),
        "figures": queries.figures(soon, short),
        "gaps": queries.gaps(short),
        "unanswered": queries.unanswered(sessions),
        "answered": queries.answered(sessions, moment),
    }
