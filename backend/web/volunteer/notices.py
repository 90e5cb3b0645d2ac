"""What happened to sessions of hers, on top of her pages until she has seen it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.common import clock
from backend.programmes.queries import credential_names
from backend.rota.models import Notice
from backend.rota.operations import see_notice
from backend.rota.queries import notices_of
from backend.volunteers.models import Volunteer
from backend.web.components import Action
from backend.web.see_other import see_other
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer
from backend.words.notices import NoticeWords, notice_in_words


@dataclass(frozen=True)
class NoticeCard:
    """One notice with its button."""

    key: int
    words: NoticeWords
    seen: Action


def notices_context(volunteer: Volunteer) -> dict[str, Any]:
    rows = notices_of(volunteer, clock.now())
    asks = any(rule["rule"] == "qualification" for notice in rows for rule in notice.broken)
    names = credential_names() if asks else {}
    return {
        "notices": [_card(notice, names) for notice in rows],
        "notices_url": reverse("volunteer:notices_fragment"),
        "volunteer_stream": f"volunteer.{volunteer.pk}",
    }


@for_volunteer
def notices_fragment(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """The notices alone."""
    return render(request, "volunteer/_notices.html", notices_context(volunteer))


@require_POST
@for_volunteer
def seen(request: VolunteerRequest, volunteer: Volunteer, notice_id: int) -> HttpResponse:
    """知道了."""
    if not Notice.objects.filter(pk=notice_id, volunteer=volunteer).exists():
        raise Http404(f"notice {notice_id}")
    see_notice(notice_id=notice_id, actor=request.user, now=clock.now())
    if request.htmx:
        return notices_fragment(request)
    return see_other("volunteer:mine")


def _card(notice: Notice, names: Mapping[str, str]) -> NoticeCard:
    return NoticeCard(
        key=notice.pk,
        words=notice_in_words(notice, notice.session.title, names),
        seen=Action(
            label=_("知道了"),
            url=reverse("volunteer:seen", args=[notice.pk]),
            variant="sec",
            wide=True,
            target="#notices",
        ),
    )
