"""Somebody from fourteen to seventeen applies with her guardian."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend import words
from backend.accounts.models import User
from backend.common import clock
from backend.common.clock import local_day
from backend.common.fields import LineField
from backend.common.refusal import Refusal
from backend.organisations.queries import nearest
from backend.volunteers.operations import apply_with_guardian
from backend.volunteers.policy import is_too_young, of_age_on
from backend.volunteers.queries import behind, turned_down
from backend.web.methods import filled_in
from backend.web.public.join import WhoForm, number_first, phone_of
from backend.web.public.join_team import ask_after_applying
from backend.web.see_other import see_other

YEARS = 20  # of birth that are looked at: nobody under age is older


class MinorForm(WhoForm):
    year = forms.TypedChoiceField(label=gettext_lazy("出生的年"), coerce=int)
    month = forms.TypedChoiceField(label=gettext_lazy("出生的月"), coerce=int)
    guardian = LineField(label=gettext_lazy("监护人的姓名"), max_length=40)
    guardian_phone = LineField(
        label=gettext_lazy("监护人的手机号"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = local_day(clock.now())
        unsaid = [("", _("请选一个"))]
        fields: dict[str, Any] = self.fields
        years = [n for n in range(day.year, day.year - YEARS, -1) if _can_apply(n, day)]
        fields["year"].choices = unsaid + [(n, _("%(n)d 年") % {"n": n}) for n in years]
        months = range(1, 13)
        fields["month"].choices = unsaid + [(n, _("%(n)d 月") % {"n": n}) for n in months]


def _can_apply(year: int, day: date) -> bool:
    """Whether somebody born in a month of that year may apply with a guardian on that day."""
    return any(
        not is_too_young(year, month, day) and day < of_age_on(year, month)
        for month in range(1, 13)
    )


@login_required
def join_minor(request: HttpRequest) -> HttpResponse:
    """GET asks for her and her guardian; POST applies, and leads to the guardian's yes."""
    user = request.user
    assert isinstance(user, User)
    if hasattr(user, "volunteer") and not turned_down(user.volunteer):
        return redirect("volunteer:find")
    if not phone_of(user):
        return number_first("join_minor")
    form = MinorForm(filled_in(request))
    if request.method == "POST" and form.is_valid() and _applied(form, user):
        ask_after_applying(request, behind(user.pk).get())
        return see_other("volunteer:guardian")
    status = 422 if form.is_bound else 200
    return render(request, "public/join_minor.html", {"form": form}, status=status)


def _applied(form: MinorForm, user: User) -> bool:
    given = form.cleaned_data
    organisation = nearest(form.chosen.code)
    if organisation is None:
        form.add_error("street", _("这里还没有妇联在用，请换一个街道，或过些日子再来"))
        return False
    try:
        apply_with_guardian(
            user=user,
            name=given["name"],
            phone=phone_of(user),
            street=form.chosen,
            organisation=organisation,
            born=(given["year"], given["month"]),
            guardian=given["guardian"],
            guardian_phone=given["guardian_phone"],
            now=clock.now(),
        )
    except Refusal as refusal:
        form.add_error(_field(refusal), words.refused(refusal))
        return False
    return True


def _field(refusal: Refusal) -> str:
    why = refusal.facts.get("why")
    if refusal.code == "bad_phone" or why in ("own", "minor"):
        return "guardian_phone"
    return "year" if why in ("young", "adult") else "name"
