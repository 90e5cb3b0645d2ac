"""今天: what needs a coordinator now, live."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from backend.access import queries as access
from backend.common import clock
from backend.organisations.queries import own_lists
from backend.planning.queries import today as queries
from backend.planning.queries.heads import short_sessions
from backend.rota.models import Session
from backend.web.coordinator.door import CoordinatorRequest, coordinator, page_number, pager

PAGE = 50  # rows of a whole list


@coordinator
def today(request: CoordinatorRequest) -> HttpResponse:
    return render(request, "coordinator/today.html", {"place": "today", **_today(request)})


@coordinator
def today_fragment(request: CoordinatorRequest) -> HttpResponse:
    return render(request, "coordinator/_today.html", _today(request))


@coordinator
def all_holes(request: CoordinatorRequest) -> HttpResponse:
    moment = clock.now()
    soon = queries.coming(_sessions(request, moment), moment)
    part = queries.holes(short_sessions(soon, now=moment), _start(request), PAGE)
    return _whole_list(request, _("七天里还缺人的"), "coordinator/_today_hole.html", part)


@coordinator
def all_unanswered(request: CoordinatorRequest) -> HttpResponse:
    part = queries.unanswered(_sessions(request, clock.now()), _start(request), PAGE)
    return _whole_list(request, _("全部等回复的邀请"), "coordinator/_today_waiting.html", part)


@coordinator
def all_answered(request: CoordinatorRequest) -> HttpResponse:
    moment = clock.now()
    part = queries.answered(_sessions(request, moment), moment, _start(request), PAGE)
    return _whole_list(request, _("一天里刚回复的"), "coordinator/_today_answer.html", part)


def _start(request: CoordinatorRequest) -> int:
    return PAGE * (page_number(request) - 1)


def _whole_list(
    request: CoordinatorRequest, title: str, line: str, part: queries.FirstRows
) -> HttpResponse:
    """One of the lists of the day from beginning to end, by pages."""
    pages = max(1, -(-part.total // PAGE))
    context = {
        "place": "today",
        "title": title,
        "line": line,
        "part": part,
        "pager": pager(page_number(request), pages),
    }
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
        "holes": queries.holes(short),
        "unanswered": queries.unanswered(sessions),
        "answered": queries.answered(sessions, moment),
    }
