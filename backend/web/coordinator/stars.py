"""星级: who has the hours of one, what is on display, and who has which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.common import clock
from backend.organisations.queries import own_lists
from backend.proofs.content import masked_name
from backend.proofs.models import StarAward
from backend.proofs.operations import approve_star, end_star
from backend.proofs.queries import awards, eligible, volunteer_to_star
from backend.proofs.stars import Star, reached, star_at
from backend.volunteers.models import Volunteer
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other

MOST = 100  # the next follow as these are approved


@dataclass(frozen=True)
class StarCandidate:
    volunteer: Volunteer
    star: Star | None
    minutes: int


@dataclass(frozen=True)
class AwardShown:
    """On display the name is mostly hidden."""

    row: StarAward
    star: Star | None
    name: str

    @property
    def is_public(self) -> bool:
        return self.row.state == StarAward.State.PUBLIC


@coordinator
def stars(request: CoordinatorRequest) -> HttpResponse:
    return render(request, "coordinator/stars.html", _desk(request))


@coordinator
def stars_fragment(request: CoordinatorRequest) -> HttpResponse:
    """The lists alone, for a page that has been told of a change."""
    return render(request, "coordinator/_stars.html", _desk(request))


@coordinator
@require_POST
def approve(request: CoordinatorRequest, pk: int) -> HttpResponse:
    her = volunteer_to_star(request.user, pk)

    def approved() -> str:
        row = approve_star(volunteer_id=her.pk, actor=request.user, now=clock.now())
        star = star_at(row.level)
        said = {"name": her.name, "star": _(star.name) if star else ""}
        return _("%(name)s的「%(star)s」开始公示了") % said

    return _try(request, approved)


@coordinator
@require_POST
def end(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Take one down from display: `why`."""
    row = StarAward.objects.filter(pk=pk).first()
    if row is None:
        raise Http404(f"star {pk}")
    volunteer_to_star(request.user, row.volunteer_id)

    def ended() -> str:
        why = request.POST.get("why", "")
        end_star(star_id=pk, why=why, actor=request.user, now=clock.now())
        return _("撤下了，她会看到原因")

    return _try(request, ended)


def _try(request: CoordinatorRequest, act: Callable[[], str]) -> HttpResponse:
    with refusals_said(request, you=False):
        messages.success(request, act())
    return see_other("coordinator:stars")


def _desk(request: CoordinatorRequest) -> dict[str, Any]:
    """Two statements."""
    rows = eligible(request.user)[:MOST]
    given = awards(request.user)[:MOST]
    return {
        "place": "hours",
        "candidates": [StarCandidate(row, reached(row.counted), row.counted) for row in rows],
        "awards": [AwardShown(row, star_at(row.level), _name(row)) for row in given],
        "streams": " ".join(own_lists(request.user)),
        "here": reverse("coordinator:stars_fragment"),
    }


def _name(row: StarAward) -> str:
    if row.state == StarAward.State.PUBLIC:
        return masked_name(row.volunteer.name)
    return row.volunteer.name
