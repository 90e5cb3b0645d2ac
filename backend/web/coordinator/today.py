"""今天: what needs a coordinator now, live."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from backend.access import queries as access
from backend.common.clock import now
from backend.organisations.queries import own_lists
from backend.planning.queries import today as queries
from backend.web.coordinator.door import CoordinatorRequest, coordinator


@coordinator
def today(request: CoordinatorRequest) -> HttpResponse:
    return render(request, "coordinator/today.html", {"place": "today", **_today(request)})


@coordinator
def today_fragment(request: CoordinatorRequest) -> HttpResponse:
    return render(request, "coordinator/_today.html", _today(request))


def _today(request: CoordinatorRequest) -> dict[str, Any]:
    moment = now()
    rotas = queries.rotas_here(request.user, moment)
    sessions = access.sessions_seen(request.user, *rotas)
    return {
        "rotas": rotas,
        "stream": " ".join([*(f"rota.{rota.pk}" for rota in rotas), *own_lists(request.user)]),
        "figures": queries.figures(sessions, moment),
        "gaps": queries.gaps(sessions, moment),
        "unanswered": queries.unanswered(sessions, moment),
        "answered": queries.answered(sessions, moment),
    }
