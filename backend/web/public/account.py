"""我的账号: who is signed in, her sides of the house, her password and second step, signing out."""

from __future__ import annotations

from allauth.mfa.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.accounts import phones
from backend.accounts.models import User
from backend.accounts.operations import sign_out_everywhere
from backend.common import clock
from backend.notifications.channels.linking import linking
from backend.notifications.models import Delivery
from backend.notifications.queries import inbox_of
from backend.notifications.recipients import Addressee
from backend.organisations.policy import INVITES
from backend.organisations.queries import is_coordinator, scope_paths
from backend.web.public.home import DOORS, leading_to, sides_of
from backend.web.public.names import name_of
from backend.web.see_other import see_other

TOLD = 5  # the newest; older ones were told while she had the role


@require_POST
@login_required
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """A telephone is lost: every browser but this one is signed out."""
    user = request.user
    assert isinstance(user, User)
    sign_out_everywhere(user=user, now=clock.now())
    update_session_auth_hash(request, user)
    messages.success(request, _("别的手机和电脑都退出了，这里还在"))
    return see_other("account")


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
            "told": _told(user),
            "by_wechat": linking() is not None,
            "has_second_step": get_adapter().is_mfa_enabled(user),
        },
    )


def _told(user: User) -> list[Delivery]:
    """What she was told as whoever had a role, when no side of the house has an inbox for it any
    more: that it ended is the last of it."""
    if is_coordinator(user):
        return []
    return list(inbox_of(Addressee(user=user.pk))[:TOLD])
