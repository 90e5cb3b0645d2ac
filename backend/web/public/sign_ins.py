"""In which browsers she is signed in, and the end of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.accounts.browsers import BrowserMachine, BrowserProgram, machine_of, program_of
from backend.accounts.models import SignIn, User
from backend.accounts.operations import end_sign_in
from backend.accounts.queries import other_sign_ins
from backend.common import clock
from backend.web.see_other import see_other
from backend.words.browsers import browser_name


@dataclass(frozen=True)
class SignedInAt:
    """A browser of hers, as the page shows it."""

    pk: int
    name: str
    at: datetime


@login_required
def sign_ins(request: HttpRequest) -> HttpResponse:
    """GET /account/browsers/"""
    user = request.user
    assert isinstance(user, User)
    rows = other_sign_ins(user, str(request.session.session_key), clock.now())
    agent = request.headers.get("User-Agent", "")
    here = browser_name(program_of(agent), machine_of(agent))
    return render(request, "public/sign_ins.html", {"here": here, "others": map(_there, rows)})


@require_POST
@login_required
def end_one(request: HttpRequest, pk: int) -> HttpResponse:
    """She is signed out there; this browser is ended by signing out."""
    user = request.user
    assert isinstance(user, User)
    if end_sign_in(user=user, pk=pk, now=clock.now()):
        messages.success(request, _("那里退出了"))
    else:
        messages.info(request, _("那里已经退出了，或者早就过期了"))
    return see_other("sign_ins")


def _there(row: SignIn) -> SignedInAt:
    return SignedInAt(
        row.pk, browser_name(BrowserProgram(row.program), BrowserMachine(row.machine)), row.at
    )
