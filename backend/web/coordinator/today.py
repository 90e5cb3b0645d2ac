"""今天: what needs a coordinator now, live."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from backend.access import queries as access
from backend.common import clock
from backend.common.clock import local_day
from backend.common.reading import key
from backend.notifications.silence import silent_places
from backend.organisations.queries import own_lists
from backend.pairs.queries import overdue_for
from backend.planning.queries import candidates, register, runs, spoken
from backend.planning.queries import today as queries
from backend.records.queries import missed_sessions
from backend.rota.models import Session
from backend.rota.policy import can_be_asked_for
from backend.visits.queries import first_waiting_for
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.paging import PAGE, page_number, pager
from backend.web.coordinator.visit_lists import at_homes, waiting_lines

REPAIRS = 3  # of the soonest holes, shown with who fits best
WISHES = 5  # of families that wait for a visit, those whose days end first


@coordinator
def today(request: CoordinatorRequest) -> HttpResponse:
    return render(request, "coordinator/today.html", {"place": "today", **_today(request)})


@coordinator
def today_fragment(request: CoordinatorRequest) -> HttpResponse:
    return render(request, "coordinator/_today.html", _today(request))


@coordinator
def all_sessions(request: CoordinatorRequest) -> HttpResponse:
    moment = clock.now()
    soon = queries.coming(_sessions(request, moment), moment)
    part = queries.listed(soon, _start(request), PAGE)
    return _whole_list(request, _("七天里的场次"), "coordinator/_today_session.html", part)


@coordinator
def repair_fragment(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Who fits best for a shift that lacks somebody: asked for after the page is there, because it
    takes a look at everyone who lives near."""
    session = access.session_to_change(request.user, pk)
    moment = clock.now()
    wanted = key(request.GET.get("shift")) or 0
    shifts = session.shifts.select_related(
        "role", "session__rota__organisation", "session__programme"
    )
    shift = shifts.filter(pk=wanted).first()
    if shift is None or not can_be_asked_for(session, moment):
        raise Http404
    search = candidates.candidates(shift, runs.open_proposal(session.rota), moment)
    able = search.among(request.user, session).able
    context = {"session": session, "shift": shift, "best": able[:1], "more": len(able) - 1}
    context["bring"] = len({volunteer for volunteer, _shift in search.freeing})
    return render(request, "coordinator/_repair.html", context)


@coordinator
def all_holes(request: CoordinatorRequest) -> HttpResponse:
    moment = clock.now()
    soon = queries.coming(_sessions(request, moment), moment)
    part = queries.holes(request.user, soon, _start(request), PAGE)
    return _whole_list(request, _("七天里还缺人的"), "coordinator/_today_hole.html", part)


@coordinator
def all_unanswered(request: CoordinatorRequest) -> HttpResponse:
    moment = clock.now()
    part = spoken.unanswered(_sessions(request, moment), moment, _start(request), PAGE)
    return _whole_list(request, _("全部等回复的邀请"), "coordinator/_today_waiting.html", part)


@coordinator
def all_answered(request: CoordinatorRequest) -> HttpResponse:
    moment = clock.now()
    part = spoken.answered(_sessions(request, moment), moment, _start(request), PAGE)
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
    user = request.user
    rotas = queries.rotas_here(user, moment)
    sessions = access.sessions_seen(user, *rotas)
    soon = queries.coming(sessions, moment)
    lacking = queries.holes(user, soon)
    figures = queries.figures(
        user,
        soon,
        applicants=register.applying(user),
        overdue_pairs=overdue_for(user, local_day(moment)),
    )
    wishes = first_waiting_for(user, WISHES)
    return {
        **at_homes(user, moment),
        "wishes": wishes,
        "wishing": waiting_lines(wishes.rows, moment),
        "rotas": rotas,
        "stream": " ".join([*(f"rota.{rota.pk}" for rota in rotas), *own_lists(user)]),
        "figures": figures,
        "holes": lacking,
        "first": [shift.pk for shift in lacking.rows[:REPAIRS] if shift.hers],
        "spoken": spoken.words_of_day(sessions, silent_places(moment, sessions), moment),
        "missed": missed_sessions(access.sessions_hers(user)),
        **figures.besides,
    }
