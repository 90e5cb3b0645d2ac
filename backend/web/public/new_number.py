"""Another number for who is signed in: beside the code that went to the new one she shows once more
that she is the person, since whoever has her telephone in hand for a minute could take her account
with it."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import get_adapter
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from backend import words
from backend.accounts import phones
from backend.accounts.models import User
from backend.accounts.operations import request_code, try_code
from backend.common import clock
from backend.common.client import client_ip
from backend.common.fields import LineField
from backend.common.refusal import Refusal
from backend.common.sealing import CannotOpen, open_text, seal_text
from backend.records.operations import ask_whose_number, take_number
from backend.records.queries.numbers import home_of, number_of
from backend.web.public.names import name_of
from backend.web.see_other import see_other

NEW = "number_new"  # in the session: the number that she has shown to hold, sealed
PLACE = "session:number_new"
ASKED = "number_asked"  # in the session: the code on its way to the number that she has
ONWARD = "number_next"  # in the session: where she wanted to go with it
HOLDS = 15 * 60  # seconds
RECENT = 5 * 60  # seconds for which a password or a second factor counts
COUNTS = ("password", "mfa")


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
    nothing_else = not known and (not _has_more(user) or _proved_again(request, user))
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
    try:
        old = number_of(user)
        if how == "send" and old:
            return _send(request, old)
        if how == "desk":
            return _ask_the_desk(request, user, number)
        again = how == "again" and _proved_again(request, user)
        if again or (how == "code" and form.is_valid() and _is_right(request, form, user)):
            return _take(request, user, number, request.session.get(ONWARD, ""))
    except Refusal as refusal:
        messages.error(request, words.refused(refusal))
        return see_other("new_number")
    return _page(request, user, number, form)


def _page(request: HttpRequest, user: User, number: str, form: OldCodeForm) -> HttpResponse:
    old = number_of(user)
    context: dict[str, Any] = {
        "form": form,
        "new": phones.masked(number),
        "old": phones.masked(old) if old else "",
        "sent": ASKED in request.session,
        "again": _proved_again(request, user),
        "has_more": _has_more(user),
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


def _send(request: HttpRequest, to: str) -> HttpResponse:
    """Raises TooManyCodes."""
    sent = request_code(
        number=to,
        address=client_ip(request),
        language=get_language() or "zh-hans",
        now=clock.now(),
        known=True,
    )
    request.session[ASKED] = sent.pk
    return see_other("new_number")


def _is_right(request: HttpRequest, form: OldCodeForm, user: User) -> bool:
    """The code that went to the number that she has."""
    code = request.session.get(ASKED)
    typed = "".join(filter(str.isdigit, form.cleaned_data["code"]))
    if code is not None:
        tried = try_code(code_id=code, typed=typed, now=clock.now())
        if tried.number is not None and tried.number == number_of(user):
            return True
    form.add_error("code", _("不对，请再看看短信，或重新要一个。"))
    return False


def _shown(request: HttpRequest, user: User) -> str | None:
    """The new number that she has shown to hold, within the last quarter of an hour."""
    try:
        told = open_text(request.session.get(NEW, ""), PLACE).split(" ")
    except CannotOpen:
        return None
    if len(told) != 3 or told[1] != str(user.pk) or int(told[0]) <= clock.now().timestamp():
        return None
    return told[2]


def _has_more(user: User) -> bool:
    """A password or a second factor, beside a number."""
    return bool(user.has_usable_password() or get_adapter().is_mfa_enabled(user))


def _proved_again(request: HttpRequest, user: User) -> bool:
    """Her password or her second factor, a moment ago. allauth notes them by the machine's own
    time, which is not the platform's on a day that was asked for."""
    since = time.time() - RECENT
    return any(
        record.get("method") in COUNTS and record.get("at", 0) > since
        for record in get_authentication_records(request, user)
    )
