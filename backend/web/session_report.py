"""这一场怎么样: how many came and how it was, said on a telephone by whoever led, read and put
right at a desk by its coordinator."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend import words
from backend.accounts.models import User
from backend.common.fields import LineField
from backend.common.refusal import Refusal
from backend.records.operations import LONGEST_SAID, MOST_PERSONS, report_session
from backend.records.queries import Told, told_of
from backend.rota.models import Session
from backend.rota.policy import has_begun
from backend.web.methods import filled_in
from backend.web.see_other import see_other

NUMBER = forms.NumberInput({"inputmode": "numeric"})


class HowItWas(forms.Form):
    children = forms.IntegerField(
        label=gettext_lazy("来了几个孩子"), min_value=0, max_value=MOST_PERSONS, widget=NUMBER
    )
    adults = forms.IntegerField(
        label=gettext_lazy("来了几位大人"), min_value=0, max_value=MOST_PERSONS, widget=NUMBER
    )
    said = LineField(label=gettext_lazy("一句话：怎么样"), max_length=LONGEST_SAID, required=False)


def answer(
    request: HttpRequest, session: Session, actor: User, now: datetime, back: str
) -> HttpResponse | dict[str, Any]:
    """What the form leads to when it is right: the page `back`; else what its page shows."""
    told = told_of(session)
    begins = {"children": told.children, "adults": told.adults, "said": told.said}
    form = HowItWas(filled_in(request), initial=begins)
    if request.method == "POST" and form.is_valid():
        try:
            seen = request.POST.get("seen")
            values = {"seen": seen, **form.cleaned_data}
            report_session(session_id=session.pk, actor=actor, now=now, **values)
            messages.success(request, _("记下了，谢谢"))
            return see_other(back)
        except Refusal as refusal:
            form.add_error(None, words.refused(refusal))
            told = told_of(session)
    return {"session": session, "form": form, "before": _before(told), "seen": told.mark}


def told_context(session: Session, now: datetime, url: str) -> dict[str, Any]:
    """What the list of the day shows of it: nothing before the session begins."""
    if session.is_cancelled or not has_begun(session, now):
        return {}
    return {"told": told_of(session), "told_url": url}


def _before(told: Told) -> str:
    """By which check-ins the form was filled in, "" where it was said before."""
    if told.report is not None or not told.children:
        return ""
    said = _("按门口签到填好了：%(children)d 个孩子，每家算一位大人。不对就改")
    return said % {"children": told.children}
