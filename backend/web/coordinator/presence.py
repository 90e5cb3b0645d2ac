"""The list of a session on its day, at the coordinator's desk."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from backend.access.queries import session_to_change
from backend.common import clock
from backend.rota.models import Session
from backend.web import presence, session_report
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.see_other import see_other


@coordinator
def day(request: CoordinatorRequest, pk: int) -> HttpResponse:
    session = session_to_change(request.user, pk)
    context = _list(session) | presence.code_context(request, session, clock.now())
    return render(request, "coordinator/day.html", context | {"place": "rota"})


@coordinator
def day_fragment(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """The list alone."""
    return render(request, "presence/_list.html", _list(session_to_change(request.user, pk)))


@coordinator
def day_code_fragment(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """The code of this half minute alone."""
    session = session_to_change(request.user, pk)
    context = presence.code_context(request, session, clock.now())
    context["code_url"] = reverse("coordinator:day_code_fragment", args=[pk])
    return render(request, "presence/_code.html", context)


@coordinator
@require_POST
def day_mark(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Fields `what` and, of one person, `assignment`."""
    session = session_to_change(request.user, pk)
    done, said = presence.note(request, session, request.user, clock.now())
    messages.add_message(request, messages.SUCCESS if done else messages.WARNING, said)
    return see_other("coordinator:day", pk)


@coordinator
def day_report(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """How many came and how it was: said for her, or put right."""
    session = session_to_change(request.user, pk)
    back = reverse("coordinator:day", args=[pk])
    done = session_report.answer(request, session, request.user, clock.now(), back)
    if isinstance(done, HttpResponse):
        return done
    status = 422 if request.method == "POST" else 200
    context = done | {"place": "rota"}
    return render(request, "coordinator/session_report.html", context, status=status)


def _list(session: Session) -> dict[str, Any]:
    mark = reverse("coordinator:day_mark", args=[session.pk])
    now = clock.now()
    told = reverse("coordinator:day_report", args=[session.pk])
    shown = presence.list_context(session, now, presence.Ways(mark))
    return (
        shown
        | session_report.told_context(session, now, told)
        | {
            "list_url": reverse("coordinator:day_fragment", args=[session.pk]),
            "code_url": reverse("coordinator:day_code_fragment", args=[session.pk]),
        }
    )
