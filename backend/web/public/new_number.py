"""Another number for who is signed in: beside the code that went to the new one she shows once more
that she is the person, since whoever has her telephone in hand for a minute could take her account
with it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts import phones
from backend.accounts.models import User
from backend.common import clock
from backend.common.fields import LineField
from backend.common.sealing import CannotOpen, open_text, seal_text
from backend.records.operations import ask_whose_number, take_number
from backend.records.queries.numbers import home_of, number_of
from backend.web.public.again import ASKED, called_at, has_more, is_right, proved, send_code
from backend.web.public.names import name_of
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other

NEW = "number_new"  # in the session: the number that she has shown to hold, sealed
PLACE = "session:number_new"
ONWARD = "number_next"  # in the session: where she wanted to go with it
HOLDS = 15 * 60  # seconds


class OldCodeForm(forms.Form):
    code = LineField(
        label=gettext_lazy("原来号码收到的 6 位数字"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


def take_or_ask(request: HttpRequest, number: str, onward: str) -> HttpResponse:
    """She has shown that she holds this number. Who has none yet, and nothing else to show that she
    is the person, takes it at once."""
    user = request.user
    assert isinstance(user, User)
    known = number_of(user)
    nothing_else = not known and (not has_more(user) or proved(request, user))
    if known == number or nothing_else:
        return _take(request, user, number, onward)
    until = clock.now().timestamp() + HOLDS
    request.session[NEW] = seal_text(f"{until:.0f} {user.pk} {number}", PLACE)
    request.session[ONWARD] = onward
    return see_other("new_number")


@login_required
def new_number(request: HttpRequest) -> HttpResponse:
    """GET asks who she is once more; POST `how`: "send" a code to the number that she has, "code"
    compares it, "again" after her password or second factor, "desk" asks those who know her."""
    user = request.user
    assert isinstance(user, User)
    number = _shown(request, user)
    if number is None:
        return redirect("sign_in_phone")
    how = request.POST.get("how")
    form = OldCodeForm(request.POST if how == "code" else None)
    with refusals_said(request) as tried:
        old = called_at(user)
        if how == "send" and old:
            send_code(request, old)
            return see_other("new_number")
        if how == "desk":
            return _ask_the_desk(request, user, number)
        again = how == "again" and proved(request, user)
        if again or (how == "code" and form.is_valid() and is_right(request, form, user)):
            return _take(request, user, number, request.session.get(ONWARD, ""))
    if tried.refused:
        return see_other("new_number")
    return _page(request, user, number, form)


def _page(request: HttpRequest, user: User, number: str, form: OldCodeForm) -> HttpResponse:
    old = number_of(user)
    context: dict[str, Any] = {
        "form": form,
        "new": phones.masked(number),
        "old": phones.masked(old) if old else "",
        "calls": bool(called_at(user)),
        "sent": ASKED in request.session,
        "again": proved(request, user),
        "has_more": has_more(user),
        "known": home_of(user) is not None,
    }
    return render(request, "public/new_number.html", context, status=422 if form.is_bound else 200)


def _take(request: HttpRequest, user: User, number: str, onward: str) -> HttpResponse:
    take_number(user=user, number=number, now=clock.now())
    for name in (NEW, ASKED, ONWARD):
        request.session.pop(name, None)
    messages.success(request, _("好了，以后用这个号码进来"))
    return see_other(onward or "account")


def _ask_the_desk(request: HttpRequest, user: User, number: str) -> HttpResponse:
    if not ask_whose_number(
        user_ids=[user.pk], number=number, called=name_of(user), now=clock.now()
    ):
        messages.error(request, _("还没有妇联认识你，请用另一种办法"))
        return see_other("new_number")
    request.session.pop(NEW, None)
    messages.success(request, _("问了妇联。确认好了会发短信到新号码。"))
    return see_other("account")


def _shown(request: HttpRequest, user: User) -> str | None:
    """The new number that she has shown to hold, within the last quarter of an hour."""
    try:
        told = open_text(request.session.get(NEW, ""), PLACE).split(" ")
    except CannotOpen:
        return None
    if len(told) != 3 or told[1] != str(user.pk) or int(told[0]) <= clock.now().timestamp():
        return None
    return told[2]
