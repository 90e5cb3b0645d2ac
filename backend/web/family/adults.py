"""家里的大人: who else signs in for the family, asked in by phone and let out again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from backend import words
from backend.accounts import phones
from backend.accounts.models import User
from backend.common import clock
from backend.common.fields import LineField
from backend.common.refusal import Refusal
from backend.families.models import Family, Guardian
from backend.families.operations import ask_guardian, let_guardian_out
from backend.families.operations.guardians import LONGEST
from backend.families.queries import guardians_of
from backend.web.components import Action
from backend.web.family.confirm import ask, was_asked
from backend.web.family.guard import for_family
from backend.web.methods import filled_in
from backend.web.public.again import first_again, has_shown
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.words.moments import long_day


class AdultForm(forms.Form):
    """What the family calls her, and her phone."""

    called = LineField(
        label=gettext_lazy("家里怎么叫她"),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = LineField(
        label=gettext_lazy("她的手机号"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )


@dataclass(frozen=True)
class Adult:
    """One line of the list: what she is called, how she stands, and the button that lets her out
    where the reader may."""

    called: str
    standing: str
    out: Action | None


@for_family
def adults(request: HttpRequest, family: Family) -> HttpResponse:
    """GET: who signs in for the family; POST, for who has shown a moment ago that it is she, asks
    one more in: whoever comes in sees the children from then on."""
    now = clock.now()
    form = AdultForm(filled_in(request))
    shown = has_shown(request)
    if request.method == "POST" and form.is_valid():
        if not shown:
            return first_again(request, reverse("family:adults"))
        assert isinstance(family.user, User)
        try:
            asked = ask_guardian(
                family_id=family.pk, actor=family.user, now=now, **form.cleaned_data
            )
            facts = {"called": asked.called, "number": phones.masked(asked.phone)}
            messages.success(
                request, _("请%(called)s用 %(number)s 登录，进来就能看到这个邀请") % facts
            )
            return see_other("family:adults")
        except Refusal as refusal:
            form.add_error(_field_of(refusal), words.refused(refusal))
    context = adults_context(family, now) | {
        "audience": "family",
        "place": "me",
        "form": form,
        "shown": shown,
    }
    return render(request, "family/adults.html", context, status=422 if form.is_bound else 200)


@for_family
def adults_fragment(request: HttpRequest, family: Family) -> HttpResponse:
    """The list alone, for a page that has been told of a change."""
    return render(request, "family/_adults.html", adults_context(family, clock.now()))


@require_POST
@for_family
def let_out(request: HttpRequest, family: Family, guardian_id: int) -> HttpResponse:
    """She sees the family no more; who lets herself out is led to the front door. For who has shown
    a moment ago that it is she: a stranger with her telephone would keep the mother out."""
    row = family.guardians.filter(pk=guardian_id).first()
    if row is None:
        raise Http404(f"guardian {guardian_id}")
    assert isinstance(family.user, User)
    herself = row.user_id == family.user.pk
    if not has_shown(request):
        return first_again(request, reverse("family:adults"))
    if not was_asked(request):
        return ask(
            request,
            question=_question(row, herself=herself),
            yes=_("我退出") if herself else _("请她退出"),
            back=reverse("family:adults"),
            place="me",
        )
    with refusals_said(request) as tried:
        let_guardian_out(
            family_id=family.pk, guardian_id=row.pk, actor=family.user, now=clock.now()
        )
        messages.success(request, _("退出了") if herself else _("好了，她看不到家里的预约了"))
    if herself and not tried.refused:
        return see_other("home")
    return see_other("family:adults")


def adults_context(family: Family, now: datetime) -> dict[str, Any]:
    """Statements: two, however many there are."""
    rows = list(guardians_of(family, now))
    first = all(row.user_id != family.user_id for row in rows)
    registered_by = Family.objects.only("guardian_name", "user_id").get(pk=family.pk)
    return {
        "family": family,
        "streams": f"family.{family.pk}",
        "registered_by": registered_by.guardian_name,
        "first": first,
        "adults": [_adult(family, row, first=first) for row in rows],
    }


def _adult(family: Family, row: Guardian, *, first: bool) -> Adult:
    number = phones.masked(row.phone)
    if row.joined_at is None:
        facts = {"number": number, "until": long_day(row.until)}
        standing = _("%(number)s，还没进来，邀请到 %(until)s") % facts
    else:
        standing = _("%(number)s，%(day)s 进来的") % {
            "number": number,
            "day": long_day(row.joined_at),
        }
    herself = row.user_id == family.user_id
    if not (first or herself):
        return Adult(row.called, standing, None)
    label = _("请她退出")
    if herself:
        label = _("我退出")
    elif row.joined_at is None:
        label = _("不请了")
    out = Action(
        label=label,
        url=reverse("family:let_out", args=[row.pk]),
        variant="text",
        confirm=_question(row, herself=herself),
    )
    return Adult(row.called, standing, out)


def _question(row: Guardian, *, herself: bool) -> str:
    if herself:
        return _("退出后你看不到这个家的预约，也不再收到消息；约好的位子还在。")
    if row.joined_at is None:
        return _("邀请会马上作废，她不能再用它进来。")
    return _("她会马上看不到你们家的预约和孩子的资料；她约的位子还在。她会收到一条消息。")


def _field_of(refusal: Refusal) -> str:
    if refusal.code == "bad_phone" or refusal.facts.get("why") in ("twice", "many"):
        return "phone"
    return "called"
