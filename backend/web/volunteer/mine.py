"""我的班表: what waits for an answer, what is coming, what has been."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.common import clock
from backend.common.clock import minute_of
from backend.records.queries import minutes_by_session
from backend.rota.models import Assignment
from backend.rota.queries import assignments_of, barred_from, offers_of, refused_by
from backend.volunteers.models import Volunteer
from backend.web.components import Button, EmptyState, Pagination
from backend.web.volunteer.cards import ask_card, assignment_card, refused_card
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer
from backend.web.volunteer.notices import notices_context

A_PAGE = 10


@for_volunteer
def mine(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    now = clock.now()
    context = offers_context(volunteer, now) | _lists(volunteer, now, request.GET.get("page", ""))
    context |= notices_context(volunteer)
    context |= {
        "counts": {"mine": len(context["asks"]) + len(context["notices"])},
        "tabs_stream": context["volunteer_stream"],
    }
    context |= {
        "audience": "volunteer",
        "place": "mine",
        "organisation_name": volunteer.organisation.name,
    }
    return render(request, "volunteer/mine.html", context)


@for_volunteer
def assignments(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """The lists alone."""
    now = clock.now()
    return render(
        request, "volunteer/_mine.html", _lists(volunteer, now, request.GET.get("page", ""))
    )


@for_volunteer
def offers(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """The offers alone."""
    return render(request, "volunteer/_offers.html", offers_context(volunteer, clock.now()))


def offers_context(volunteer: Volunteer, now: datetime) -> dict[str, Any]:
    asked = offers_of(volunteer, now)
    barred = barred_from(volunteer, asked, now)
    cards = [ask_card(o, volunteer, now, *barred.get(o.pk, ())) for o in asked]
    return {
        "asks": cards,
        "volunteer_stream": f"volunteer.{volunteer.pk}",
        "offers_url": reverse("volunteer:offers"),
    }


def _lists(volunteer: Volunteer, now: datetime, page: str) -> dict[str, Any]:
    rows = assignments_of(volunteer)
    ahead = Q(state=Assignment.State.ACTIVE) & (
        Q(end_minute__gt=minute_of(now)) | Q(end_minute__isnull=True)
    )
    gone = Q(
        state=Assignment.State.WITHDRAWN, start_minute__gt=minute_of(now)
    )  # she may still change her mind
    coming = list(rows.filter(ahead).order_by(F("start_minute").asc(nulls_last=True), "pk"))
    behind = Paginator(
        rows.exclude(ahead | gone).order_by(F("start_minute").desc(nulls_last=True), "-pk"), A_PAGE
    ).get_page(page)
    # while she is paused she could not take them
    refused = [] if volunteer.state == Volunteer.State.PAUSED else refused_by(volunteer, now)
    minutes = minutes_by_session(volunteer.pk, [a.session_id for a in behind])
    return {
        "coming": [assignment_card(a, now) for a in coming if a.start_minute is not None],
        "volunteer_stream": f"volunteer.{volunteer.pk}",
        "assignments_url": f"{reverse('volunteer:assignments')}?page={behind.number}",
        "pairings": [assignment_card(a, now) for a in coming if a.start_minute is None],
        "behind": [
            assignment_card(a, now, minutes.get(a.session_id, 0))
            for a in behind
            if a.start_minute is not None
        ],
        "refused": [refused_card(shift) for shift in refused],
        "pages": Pagination(
            page=behind.number, pages=behind.paginator.num_pages, href="?page={page}"
        ),
        "empty": EmptyState(
            title=_("接下来还没有班"),
            text=_("挑一场离家近的，点一下就报上名。"),
            action=Button(label=_("去找班次"), href=reverse("volunteer:find"), variant="pri"),
        ),
    }
