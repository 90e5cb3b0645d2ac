"""A team's address: a volunteer asks to join; who is none applies first and asks with it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.common import clock
from backend.volunteers.models import Volunteer
from backend.volunteers.operations import ask_for_team
from backend.volunteers.queries import behind
from backend.volunteers.teams import open_link
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other

TEAM = "team_link"  # in the session: the address by which she came


def join_team(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows which team it is; POST asks to join, or leads to applying first."""
    link = open_link(code, clock.now())
    if link is None:
        raise Http404("team link")
    volunteer = behind(request.user.pk or 0).first()
    if request.method != "POST":
        context = {"team": link.team, "volunteer": volunteer}
        return render(request, "public/join_team.html", context)
    if volunteer is None:
        request.session[TEAM] = code
        return see_other("join_volunteer")
    _ask(request, volunteer, code)
    return see_other("volunteer:find")


def ask_after_applying(request: HttpRequest, volunteer: Volunteer) -> None:
    """Of who came by a team's address and has applied now."""
    code = request.session.pop(TEAM, "")
    if code:
        _ask(request, volunteer, code)


def _ask(request: HttpRequest, volunteer: Volunteer, code: str) -> None:
    user = request.user
    assert isinstance(user, User)
    with refusals_said(request):
        ask_for_team(volunteer_id=volunteer.pk, code=code, actor=user, now=clock.now())
        messages.success(request, _("说了你想进队，等她们答复"))
