"""队伍: their addresses, as a link and as a code to be scanned, and who asks to join."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.access.refusals import NotSeen
from backend.common import clock
from backend.common.reading import key
from backend.organisations.models import Team, TeamLink
from backend.organisations.operations.team_links import make_team_link, revoke_team_link
from backend.organisations.policy import ACTS
from backend.organisations.queries import scope_paths
from backend.volunteers.models import TeamRequest
from backend.volunteers.operations import answer_team_request
from backend.volunteers.teams import listed, teams_within
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other


@coordinator
def teams(request: CoordinatorRequest) -> HttpResponse:
    """POST field `do`: "link" makes an address for the team `id`, "revoke" ends the address `id`;
    "yes" and "no" answer the question `id`."""
    now = clock.now()
    if request.method == "POST":
        act = DOES.get(request.POST.get("do", ""))
        if act is None:
            raise NotSeen
        with refusals_said(request, you=False):
            messages.success(request, act(request, key(request.POST.get("id")) or 0, now))
        return see_other("coordinator:teams")
    rows = listed(scope_paths(request.user, ACTS), now)
    context = {"place": "volunteers", "rows": [(team, _address(request, team)) for team in rows]}
    return render(request, "coordinator/teams.html", context)


def _address(request: CoordinatorRequest, team: Team) -> str:
    """What is scanned or sent; "" for none."""
    for link in team.open_links:  # type: ignore[attr-defined]  # prefetched
        return request.build_absolute_uri(reverse("join_team", args=[link.code]))
    return ""


def _link(request: CoordinatorRequest, pk: int, now: datetime) -> str:
    make_team_link(team=_hers(request, pk), actor=request.user, now=now)
    return _("链接好了，30 天有效，随时可以停掉")


def _revoke(request: CoordinatorRequest, pk: int, now: datetime) -> str:
    link = TeamLink.objects.filter(pk=pk).first()
    if link is None:
        raise NotSeen
    _hers(request, link.team_id)
    revoke_team_link(link=link, actor=request.user, now=now)
    return _("停掉了，用它的人会看到已经过了")


def _answer(request: CoordinatorRequest, pk: int, now: datetime, *, yes: bool) -> str:
    asked = TeamRequest.objects.filter(pk=pk).first()
    if asked is None:
        raise NotSeen
    _hers(request, asked.team_id)
    answer_team_request(request_id=pk, yes=yes, actor=request.user, now=now)
    return _("进队了，告诉了她") if yes else _("没有答应，告诉了她")


def _yes(request: CoordinatorRequest, pk: int, now: datetime) -> str:
    return _answer(request, pk, now, yes=True)


def _no(request: CoordinatorRequest, pk: int, now: datetime) -> str:
    return _answer(request, pk, now, yes=False)


DOES: dict[str, Callable[[CoordinatorRequest, int, datetime], str]] = {
    "link": _link,
    "revoke": _revoke,
    "yes": _yes,
    "no": _no,
}


def _hers(request: CoordinatorRequest, team_id: int) -> Team:
    """A team of what she coordinates. Raises NotSeen."""
    row = teams_within(scope_paths(request.user, ACTS)).filter(pk=team_id).first()
    if row is None:
        raise NotSeen
    return row
