"""Once more that she is the person, before what a stranger with her telephone in hand for a minute
could do to her: her data taken along or erased, another number."""

from __future__ import annotations

from collections.abc import Collection

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import get_adapter
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from backend.accounts import phones
from backend.accounts.models import User
from backend.accounts.operations import request_code, try_code
from backend.common import clock
from backend.common.client import client_ip
from backend.common.fields import LineField
from backend.records.queries.numbers import number_of
from backend.web.refusals import refusals_said
from backend.web.see_other import SeeOther, own_path, see_other

ASKED = "number_asked"  # in the session: the code on its way to the number that she has
SHOWN = "number_shown"  # in the session: who has shown by such a code, and when
RECENT = 5 * 60  # seconds for which a sign-in, a code, a password or a second factor counts
STRONG = ("password", "mfa")  # what a number has no part in


class OwnCodeForm(forms.Form):
    code = LineField(
        label=gettext_lazy("短信里的 6 位数字"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


@login_required
def again(request: HttpRequest) -> HttpResponse:
    """GET says how she shows it; POST `how`: "send" a code to her number, "code" compares it. Then
    it goes on to `next`."""
    user = request.user
    assert isinstance(user, User)
    onward = own_path(request.GET.get("next", ""), "/account/")
    if request.method != "POST" and has_shown(request):
        return redirect(onward)
    how = request.POST.get("how")
    form = OwnCodeForm(request.POST if how == "code" else None)
    number = called_at(user)
    with refusals_said(request) as tried:
        if how == "send" and number:
            send_code(request, number)
            return SeeOther(request.get_full_path())
        if how == "code" and form.is_valid() and is_right(request, form, user):
            request.session[SHOWN] = [user.pk, clock.now().timestamp()]
            request.session.pop(ASKED, None)
            messages.success(request, _("好了，接下来五分钟不用再确认"))
            return see_other(onward)
    if tried.refused:
        return SeeOther(request.get_full_path())
    context = {
        "form": form,
        "number": phones.masked(number) if number else "",
        "sent": ASKED in request.session,
        "has_more": has_more(user),
        "onward": f"?{urlencode({'next': onward})}",
        "here": request.get_full_path(),
    }
    return render(request, "public/again.html", context, status=422 if form.is_bound else 200)


def first_again(request: HttpRequest, onward: str) -> HttpResponse:
    """To the page that asks once more, and from there to this address."""
    to = see_other("again", next=onward)
    return to if request.method == "POST" else redirect(to.url)


def has_shown(request: HttpRequest) -> bool:
    """That she is the person, a moment ago: she signed in, or has shown it since."""
    user = request.user
    assert isinstance(user, User)
    who, at = request.session.get(SHOWN, (None, 0))
    return (who == user.pk and at > _since()) or proved(request, user, (*STRONG, "code"))


def proved(request: HttpRequest, user: User, by: Collection[str] = STRONG) -> bool:
    """One of these, a moment ago."""
    since = _since()
    return any(
        record.get("method") in by and record.get("at", 0) > since
        for record in get_authentication_records(request, user)
    )


def _since() -> float:
    return clock.now().timestamp() - RECENT


def called_at(user: User) -> str:
    """The number that she has, where a code can be sent there; else ""."""
    number = number_of(user)
    return number if phones.is_mobile(number) else ""


def has_more(user: User) -> bool:
    """A password or a second factor, beside a number."""
    return bool(user.has_usable_password() or get_adapter().is_mfa_enabled(user))


def send_code(request: HttpRequest, to: str) -> None:
    """Raises TooManyCodes."""
    sent = request_code(
        number=to,
        address=client_ip(request),
        language=get_language() or "zh-hans",
        now=clock.now(),
        known=True,
        purpose="again",
    )
    request.session[ASKED] = sent.pk


def is_right(request: HttpRequest, form: forms.Form, user: User) -> bool:
    """The code that went to the number that she has; the form says so where it is not."""
    code = request.session.get(ASKED)
    typed = form.cleaned_data["code"]
    if code is not None:
        tried = try_code(code_id=code, typed=typed, now=clock.now())
        if tried.number is not None and tried.number == number_of(user):
            return True
    form.add_error("code", _("不对，请再看看短信，或重新要一个。"))
    return False
