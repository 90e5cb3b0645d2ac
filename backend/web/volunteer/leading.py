"""带队: the list of her session on its day, and the code that people sign in with."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from backend.access.queries import session_led
from backend.access.refusals import NotSeen
from backend.common import clock
from backend.records.policy import SENT_LATER
from backend.rota.models import Session
from backend.volunteers.models import Volunteer
from backend.web import presence, session_report
from backend.web.kept import kept
from backend.web.see_other import see_other
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer


@for_volunteer
def lead(request: VolunteerRequest, volunteer: Volunteer, session_id: int) -> HttpResponse:
    session = _led(request, session_id)
    context = _list(session) | presence.code_context(request, session, clock.now())
    context |= {"audience": "volunteer", "place": "check_in"}
    page = render(request, "volunteer/lead.html", context)
    if session.ends_at is None:
        return page
    return kept(request, page, session.ends_at + SENT_LATER - clock.now())


@for_volunteer
def lead_fragment(request: VolunteerRequest, volunteer: Volunteer, session_id: int) -> HttpResponse:
    """The list alone."""
    return render(request, "presence/_list.html", _list(_led(request, session_id)))


@for_volunteer
def lead_code_fragment(
    request: VolunteerRequest, volunteer: Volunteer, session_id: int
) -> HttpResponse:
    """The code of this half minute alone."""
    session = _led(request, session_id)
    context = presence.code_context(request, session, clock.now())
    context["code_url"] = reverse("volunteer:lead_code_fragment", args=[session.pk])
    return render(request, "presence/_code.html", context)


@require_POST
@for_volunteer
def lead_mark(request: VolunteerRequest, volunteer: Volunteer, session_id: int) -> HttpResponse:
    """Fields `what` and, of one person, `assignment`; `at`: when, in seconds of the Unix clock,
    where her phone kept it until there was a network."""
    session = _led(request, session_id)
    done, said = presence.note(request, session, request.user, clock.now())
    messages.add_message(request, messages.SUCCESS if done else messages.WARNING, said)
    return see_other("volunteer:lead", session.pk)


@for_volunteer
def lead_report(request: VolunteerRequest, volunteer: Volunteer, session_id: int) -> HttpResponse:
    """How many came and how it was."""
    session = _led(request, session_id)
    back = reverse("volunteer:lead", args=[session.pk])
    done = session_report.answer(request, session, request.user, clock.now(), back)
    if isinstance(done, HttpResponse):
        return done
    context = done | {"audience": "volunteer", "place": "check_in"}
    status = 422 if request.method == "POST" else 200
    return render(request, "volunteer/session_report.html", context, status=status)


def _led(request: VolunteerRequest, session_id: int) -> Session:
    try:
        return session_led(request.user, session_id)
    except NotSeen:
        raise Http404 from None


def _list(session: Session) -> dict[str, Any]:
    mark = reverse("volunteer:lead_mark", args=[session.pk])
    now = clock.now()
    told = reverse("volunteer:lead_report", args=[session.pk])
    later = reverse("volunteer:lead", args=[session.pk])
    shown = presence.list_context(session, now, presence.Ways(mark, later))
    return (
        shown
        | session_report.told_context(session, now, told)
        | {
            "list_url": reverse("volunteer:lead_fragment", args=[session.pk]),
            "code_url": reverse("volunteer:lead_code_fragment", args=[session.pk]),
        }
    )
