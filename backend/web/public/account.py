"""我的账号: who is signed in, her sides of the house, her password and second step, signing out."""

from __future__ import annotations

from allauth.mfa.adapter import get_adapter
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from backend.accounts import phones
from backend.accounts.models import User
from backend.organisations.policy import INVITES
from backend.organisations.queries import scope_paths
from backend.web.public.home import DOORS, leading_to, sides_of
from backend.web.public.names import name_of


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """GET /account/"""
    user = request.user
    assert isinstance(user, User)
    sides = sides_of(user)
    doors = [door for door in map(leading_to, DOORS) if door.side in sides and door.href]
    own = getattr(user, "own_phone", None)
    return render(
        request,
        "public/account.html",
        {
            "name": name_of(user),
            "number": phones.masked(own.number) if own else "",
            "doors": doors,
            "invites": bool(scope_paths(user, INVITES)),
            "has_second_step": get_adapter().is_mfa_enabled(user),
        },
    )
