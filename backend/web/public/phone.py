"""Coming in by phone: the number, the code that was sent there, and who of several she is.

The same pages serve whoever is here for the first time: nothing tells beforehand whether anybody is
registered with a number, and an account is opened only for who has shown that she holds it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from backend import words
from backend.accounts import phones
from backend.accounts.attempts import is_known
from backend.accounts.models import User
from backend.accounts.operations import keep_phone, open_account, request_code, try_code
from backend.common import clock
from backend.common.client import client_ip
from backend.common.fields import LineField
from backend.common.refusal import Refusal
from backend.common.sealing import CannotOpen, open_text, seal_text
from backend.families.phone_backend import owners_of
from backend.records.operations import take_number
from backend.web.methods import filled_in
from backend.web.middleware import chosen_here
from backend.web.public.home import first_page
from backend.web.public.names import OF_HER, name_of
from backend.web.see_other import own_path, see_other

ASKED = "phone_asked"  # in the session: the code that is on its way, and the number, masked
PROVED = "phone_proved"  # in the session: by which code she has shown to hold which number, sealed
PLACE = "session:phone_proved"
NEXT = "phone_next"
PROOF_HOLDS = 15 * 60  # seconds
BACKEND = "backend.families.phone_backend.PhoneBackend"


class Proof(NamedTuple):
    code: int  # its key
    number: str


class NumberForm(forms.Form):
    phone = LineField(
        label=gettext_lazy("手机号"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )


class CodeForm(forms.Form):
    code = LineField(
        label=gettext_lazy("短信里的 6 位数字"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


def number(request: HttpRequest) -> HttpResponse:
    """GET asks for the number; POST has a code sent there and leads to the next page. Who is signed
    in takes another number for hers."""
    form = NumberForm(filled_in(request))
    if request.method == "POST" and form.is_valid():
        try:
            _send(request, phones.clean(form.cleaned_data["phone"]))
            return see_other("sign_in_code")
        except Refusal as refusal:
            form.add_error("phone", words.refused(refusal))
    if request.method == "GET":
        leads = own_path(request.GET.get("next", ""), "")
        if leads or NEXT in request.session:  # who only looks gets no session
            request.session[NEXT] = leads
    leads = request.session.get(NEXT, "")
    onward = f"?{urlencode({'next': leads})}" if leads else ""
    return _page(request, "phone", {"form": form, "onward": onward}, form)


def code(request: HttpRequest) -> HttpResponse:
    """GET asks for the code; POST compares it."""
    asked = request.session.get(ASKED)
    if not asked:
        return redirect("sign_in_phone")
    form = CodeForm(filled_in(request))
    if request.method == "POST" and form.is_valid():
        typed = "".join(filter(str.isdigit, form.cleaned_data["code"]))
        tried = try_code(code_id=asked["code"], typed=typed, now=clock.now())
        if tried.number is not None:
            return _proved(request, asked["code"], tried.number)
        form.add_error("code", _wrong(tried.left))
    return _page(request, "code", {"form": form, "number": asked["number"]}, form)


def who(request: HttpRequest) -> HttpResponse:
    """One phone, several people: she says who of them she is."""
    proof = _proof(request)
    if proof is None:
        return redirect("sign_in_phone")
    proved = proof.number
    people = _people(proved)
    if request.method == "POST":
        chosen = [user for user in people if str(user.pk) == request.POST.get("who")]
        if chosen:
            return _come_in(request, chosen[0], proved)
    named = [(user.pk, name_of(user)) for user in people]
    return render(request, "public/sign_in_who.html", {"people": named})


def welcome(request: HttpRequest) -> HttpResponse:
    """She is here for the first time: POST opens her account, GET asks whether it shall be."""
    proof = _proof(request)
    if proof is None:
        return redirect("sign_in_phone")
    proved = proof.number
    if people := _people(proved):  # a second tab was faster
        return redirect("sign_in_who") if len(people) > 1 else _come_in(request, people[0], proved)
    if request.method != "POST":
        return render(request, "public/welcome.html", {"number": phones.masked(proved)})
    user = open_account(
        code_id=proof.code,
        number=proved,
        chosen=chosen_here(request),
        now=clock.now(),
    )
    return _come_in(request, user, proved)


def _send(request: HttpRequest, to: str) -> None:
    """Raises TooManyCodes."""
    sent = request_code(
        number=to,
        address=client_ip(request),
        language=get_language() or "zh-hans",
        now=clock.now(),
        known=is_known(request, to),
    )
    request.session[ASKED] = {"code": sent.pk, "number": phones.masked(to)}


def _proved(request: HttpRequest, code_id: int, proved: str) -> HttpResponse:
    del request.session[ASKED]
    if isinstance(request.user, User):
        take_number(user=request.user, number=proved, now=clock.now())
        messages.success(request, _("好了，以后用这个号码进来"))
        return see_other(request.session.pop(NEXT, "") or "account")
    until = clock.now().timestamp() + PROOF_HOLDS
    request.session[PROVED] = seal_text(f"{until:.0f} {code_id} {proved}", PLACE)
    people = _people(proved)
    if len(people) == 1:
        return _come_in(request, people[0], proved)
    return see_other("sign_in_who" if people else "welcome")


def _proof(request: HttpRequest) -> Proof | None:
    """What this browser has shown to hold, within the last quarter of an hour."""
    try:
        told = open_text(request.session.get(PROVED, ""), PLACE).split(" ")
    except CannotOpen:
        return None
    if len(told) != 3 or int(told[0]) <= clock.now().timestamp():
        return None
    return Proof(int(told[1]), told[2])


def _people(proved: str) -> list[User]:
    owners = owners_of(phones.index(proved))
    people = User.objects.filter(pk__in=owners, is_active=True)
    return list(people.select_related(*OF_HER).order_by("pk"))


def _come_in(request: HttpRequest, user: User, proved: str) -> HttpResponse:
    """By allauth's own way in, which asks for the second step where she has one."""
    request.session.pop(PROVED, None)
    leads = first_page(user, request.session.pop(NEXT, "")) or None
    keep_phone(user=user, number=proved, now=clock.now())
    user.backend = BACKEND
    record_authentication(request, user, method="code")
    response: HttpResponse = perform_login(request, user, redirect_url=leads)
    return response


def _wrong(left: int) -> str:
    if left:
        return _("不对，请再看看短信。还可以试 %(n)d 次。") % {"n": left}
    return _("这个验证码不能用了，请重新要一个。")


def _page(
    request: HttpRequest, name: str, context: dict[str, Any], form: forms.Form
) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, f"public/sign_in_{name}.html", context, status=status)
