"""同事: who has which role where one may invite, whom one has asked, and accepting that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from backend import words
from backend.accounts.models import User
from backend.common import clock
from backend.common.fields import LineField, said
from backend.common.refusal import Refusal
from backend.organisations.models import Invitation, Membership
from backend.organisations.operations import (
    accept_invitation,
    end_membership,
    invite,
    take_back_invitation,
)
from backend.organisations.policy import INVITES
from backend.organisations.queries import (
    invitations_to,
    invited_by,
    may_give,
    organisations_within,
    people_in,
    roles_to_give,
    scope_paths,
)
from backend.web.found_field import FoundField
from backend.web.methods import filled_in
from backend.web.organisation_field import OrganisationField
from backend.web.own_fields import chooser, own
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other

Row = TypeVar("Row", Invitation, Membership)


class InviteForm(forms.Form):
    organisation = OrganisationField(label=gettext_lazy("哪个妇联的"))
    role = forms.ChoiceField(label=gettext_lazy("做什么"), choices=())
    name = LineField(label=gettext_lazy("怎么称呼她"), max_length=40)
    phone = LineField(
        label=gettext_lazy("她的手机号"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )

    def __init__(self, *args: Any, hers: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own(self, "organisation", FoundField).among(hers)
        given = roles_to_give(user)
        chooser(self, "role").choices = [
            one for one in said(Membership.Role.choices) if one[0] in given
        ]


@login_required
def team(request: HttpRequest) -> HttpResponse:
    """GET lists them with the form of a new invitation; POST invites."""
    user, hers = _inviter(request)
    form = InviteForm(filled_in(request), hers=hers, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            invite(actor=user, now=clock.now(), **form.cleaned_data)
            messages.success(
                request,
                _("记下了。请她用这个手机号登录，进来就能接受，两周内有效。"),
            )
            return see_other("team")
        except Refusal as refusal:
            field = "phone" if refusal.code == "bad_phone" else None
            form.add_error(field, words.refused(refusal, you=False))
    context = {
        "form": form,
        "people": _with_rights(user, people_in(user)),
        "asked": _with_rights(user, invited_by(user, clock.now())),
    }
    status = 422 if form.is_bound else 200
    return render(request, "public/team.html", context, status=status)


@require_POST
@login_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    user, _hers = _inviter(request)
    row = next((row for row in invited_by(user, clock.now()) if row.pk == pk), None)
    if row is None:
        raise Http404(f"invitation {pk}")
    _refuse_unless_given(user, row)
    with refusals_said(request, you=False):
        take_back_invitation(invitation_id=pk, actor=user, now=clock.now())
        messages.success(request, _("收回了"))
    return see_other("team")


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role away; nobody takes away her own, so that there is always somebody."""
    user, _hers = _inviter(request)
    row = next((row for row in people_in(user) if row.pk == pk), None)
    if row is None:
        raise Http404(f"membership {pk}")
    _refuse_unless_given(user, row)
    if row.user_id == user.pk:
        messages.error(request, _("自己的请让别人来取消"))
    else:
        end_membership(membership=row, actor=user, now=clock.now())
        messages.success(request, _("取消了，她的页面会马上关上"))
    return see_other("team")


@login_required
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what she is asked to take on; POST accepts it."""
    user = request.user
    assert isinstance(user, User)
    row = next((row for row in invitations_to(user, clock.now()) if row.pk == pk), None)
    if row is None:
        raise Http404(f"invitation {pk}")
    if request.method != "POST":
        return render(request, "public/invitation.html", {"invitation": row})
    with refusals_said(request):
        accept_invitation(invitation_id=row.pk, user=user, now=clock.now())
        messages.success(request, _("接受了"))
    return see_other("home")


def _with_rights(user: User, rows: Sequence[Row]) -> list[tuple[Row, bool]]:
    """Each with whether she may take it away; nobody takes away her own."""
    return [
        (row, may_give(user, row.role, row.organisation) and getattr(row, "user_id", 0) != user.pk)
        for row in rows
    ]


def _refuse_unless_given(user: User, row: Invitation | Membership) -> None:
    if not may_give(user, row.role, row.organisation):
        raise PermissionDenied


def _inviter(request: HttpRequest) -> tuple[User, Any]:
    """Who asks, and the organisations for which she may invite."""
    user = request.user
    assert isinstance(user, User)
    if not scope_paths(user, INVITES):
        raise PermissionDenied
    return user, organisations_within(user, INVITES)
