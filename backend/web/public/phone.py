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
from backend.accounts import phones, shown_number
from backend.accounts.attempts import is_known
from backend.accounts.models import User
from backend.accounts.operations import open_account, request_code, try_code
from backend.common import clock
from backend.common.client import client_ip
from backend.common.fields import LineField
from backend.common.refusal import Refusal
from backend.common.sealing import CannotOpen, open_text, seal_text
from backend.families.phone_backend import at_work, owners_of
from backend.records.operations import ask_whose_number, prove_by_fact
from backend.records.queries.numbers import unproved
from backend.web.methods import filled_in
from backend.web.middleware import chosen_here
from backend.web.public.home import first_page
from backend.web.public.names import OF_HER, name_of
from backend.web.public.new_number import take_or_ask
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


class Meant(NamedTuple):
    """Who may be meant by a number that was shown."""

    open: list[User]  # whom the number alone lets in
    shut: list[User]  # who has to show that she is the person, too


class YouForm(forms.Form):
    """What only she knows."""

    name = LineField(
        label=gettext_lazy("登记的名字"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    fact = LineField(
        label=gettext_lazy("身份证号最后四位"),
        help_text=gettext_lazy("家长填一个孩子的出生年月，像 202503"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


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
            _send(request, phones.clean_mobile(form.cleaned_data["phone"]))
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
        typed = form.cleaned_data["code"]
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
        chosen = [user for user in people.open if str(user.pk) == request.POST.get("who")]
        if chosen:
            return _come_in(request, chosen[0], proved)
    named = [(user.pk, name_of(user)) for user in people.open]
    context = {"people": named, "others": bool(people.shut)}
    return render(request, "public/sign_in_who.html", context)


def you(request: HttpRequest) -> HttpResponse:
    """Somebody is registered with this number who has not shown it for long, or never: whoever
    holds it now says what only she knows (POST), or has those who know her say so (POST `ask`).
    Until then nothing of that person is shown."""
    proof = _proof(request)
    if proof is None:
        return redirect("sign_in_phone")
    shut = [user.pk for user in _people(proof.number).shut]
    if not shut:
        return redirect("sign_in_who")
    form = YouForm(filled_in(request))
    if request.method == "POST" and form.is_valid():
        if "ask" in request.POST:
            return _ask(request, shut, proof.number, form.cleaned_data["name"])
        try:
            user = prove_by_fact(
                user_ids=shut, number=proof.number, now=clock.now(), **form.cleaned_data
            )
            if user is not None:
                return _come_in(request, user, proof.number)
            form.add_error("fact", _("对不上登记的资料。再看看，或请妇联确认。"))
        except Refusal as refusal:
            form.add_error("fact", words.refused(refusal))
    return _page(request, "you", {"form": form, "number": phones.masked(proof.number)}, form)


def _ask(request: HttpRequest, shut: list[int], number: str, called: str) -> HttpResponse:
    if not ask_whose_number(user_ids=shut, number=number, called=called, now=clock.now()):
        messages.error(request, _("这件事没有妇联能替你确认，请用密码登录，或找管平台的人"))
        return see_other("sign_in_you")
    messages.success(request, _("问了妇联。确认好了会发短信到这个号码，再来要验证码。"))
    return see_other("home")


def welcome(request: HttpRequest) -> HttpResponse:
    """She is here for the first time: POST opens her account, GET asks whether it shall be."""
    proof = _proof(request)
    if proof is None:
        return redirect("sign_in_phone")
    proved = proof.number
    if people := _people(proved).open:  # a second tab was faster
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
        purpose="number" if isinstance(request.user, User) else "",
    )
    request.session[ASKED] = {"code": sent.pk, "number": phones.masked(to)}


def _proved(request: HttpRequest, code_id: int, proved: str) -> HttpResponse:
    del request.session[ASKED]
    if isinstance(request.user, User):
        return take_or_ask(request, proved, request.session.pop(NEXT, ""))
    until = clock.now().timestamp() + PROOF_HOLDS
    request.session[PROVED] = seal_text(f"{until:.0f} {code_id} {proved}", PLACE)
    people = _people(proved)
    if len(people.open) == 1 and not people.shut:
        return _come_in(request, people.open[0], proved)
    if people.open:
        return see_other("sign_in_who")
    return see_other("sign_in_you" if people.shut else "welcome")


def _proof(request: HttpRequest) -> Proof | None:
    """What this browser has shown to hold, within the last quarter of an hour."""
    try:
        told = open_text(request.session.get(PROVED, ""), PLACE).split(" ")
    except CannotOpen:
        return None
    if len(told) != 3 or int(told[0]) <= clock.now().timestamp():
        return None
    return Proof(int(told[1]), told[2])


def _people(proved: str) -> Meant:
    index = phones.index(proved)
    owners = owners_of(index)
    people = list(at_work(owners).select_related(*OF_HER).order_by("pk"))
    shut = unproved(owners, index, clock.now())
    return Meant(
        [user for user in people if user.pk not in shut],
        [user for user in people if user.pk in shut],
    )


def _come_in(request: HttpRequest, user: User, proved: str) -> HttpResponse:
    """By allauth's own way in, which asks for the second step where she has one. The number counts
    as hers once she is in."""
    request.session.pop(PROVED, None)
    leads = first_page(user, request.session.pop(NEXT, "")) or None
    shown_number.remember(request, user, proved)
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
