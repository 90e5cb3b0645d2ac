"""Coming in for the first time: a family registers itself, a volunteer applies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend import words
from backend.accounts.models import User
from backend.common import clock
from backend.common.clock import local_day
from backend.common.fields import LineField
from backend.common.refusal import Refusal
from backend.families.operations import ChildData, register_family
from backend.families.operations import join_family as enter_family
from backend.families.queries import asked_in, is_guardian
from backend.organisations.queries import nearest
from backend.places.models import Division
from backend.volunteers.agreements import must_agree_first
from backend.volunteers.models import Volunteer
from backend.volunteers.operations import apply
from backend.volunteers.queries import turned_down
from backend.web.family.consents import BY_KEY
from backend.web.family.me import NewChildForm
from backend.web.methods import filled_in
from backend.web.own_fields import chooser
from backend.web.public.join_team import ask_after_applying
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.web.streets import streets_under


class WhoForm(forms.Form):
    """What both sides are asked: what she is called, and the street where she lives."""

    name = LineField(
        label=gettext_lazy("怎么称呼你"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    street = forms.ChoiceField(label=gettext_lazy("住在哪个街道（乡镇）"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser(self, "street").choices = [
            ("", _("请选一个")),
            *streets_under(),
        ]

    @property
    def chosen(self) -> Division:
        return Division.objects.get(pk=self.cleaned_data["street"])


class VolunteerForm(WhoForm):
    """With what opens the registration that somebody has written down for her."""

    identity_end = LineField(
        label=gettext_lazy("身份证号最后四位"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class FamilyForm(WhoForm, NewChildForm):
    """With her first child."""

    field_order = ["name", "street", "nickname", "year", "month", "booking"]


@login_required
def join_family(request: HttpRequest) -> HttpResponse:
    """GET asks for what booking needs; POST registers the family with its first child."""
    user = request.user
    assert isinstance(user, User)
    if is_guardian(user):
        return redirect("family:me")
    if not phone_of(user):
        return number_first("join_family")
    now = clock.now()
    form = FamilyForm(filled_in(request), today=local_day(now))
    if request.method == "POST" and form.is_valid():
        try:
            register_family(
                user=user,
                guardian_name=form.cleaned_data["name"],
                phone=phone_of(user),
                street=form.chosen,
                children=[_child(form)],
                actor=user,
                now=now,
            )
            messages.success(request, _("登记好了，挑一场合适的吧"))
            return see_other("family:book")
        except Refusal as refusal:
            form.add_error(_field(refusal), words.refused(refusal))
    context = {"form": form, "purpose": BY_KEY["booking"]}
    return render(request, "public/join_family.html", context, status=_status(form))


@login_required
def guardian(request: HttpRequest, guardian_id: int) -> HttpResponse:
    """GET shows which family asks her in, and what she would see and do; POST accepts."""
    user = request.user
    assert isinstance(user, User)
    now = clock.now()
    row = asked_in(user, now).filter(pk=guardian_id).first()
    if row is None:
        raise Http404(f"guardian {guardian_id}")
    if request.method != "POST":
        return render(request, "public/guardian.html", {"guardian": row})
    with refusals_said(request) as tried:
        enter_family(guardian_id=row.pk, user=user, now=now)
        messages.success(request, _("好了，家里的预约都在这里"))
    if tried.refused:
        return see_other("home")
    return see_other("family:bookings")


@login_required
def join_volunteer(request: HttpRequest) -> HttpResponse:
    """GET asks for her name and her street; POST applies at the federation of that street."""
    user = request.user
    assert isinstance(user, User)
    if hasattr(user, "volunteer") and not turned_down(user.volunteer):
        return redirect("volunteer:find")
    if not phone_of(user):
        return number_first("join_volunteer")
    form = VolunteerForm(filled_in(request))
    if request.method == "POST" and form.is_valid():
        street = form.chosen
        organisation = nearest(street.code)
        try:
            if organisation is None:
                form.add_error("street", _("这里还没有妇联在用，请换一个街道，或过些日子再来"))
            else:
                row = apply(
                    user=user,
                    name=form.cleaned_data["name"],
                    phone=phone_of(user),
                    street=street,
                    organisation=organisation,
                    identity_end=form.cleaned_data["identity_end"],
                    now=clock.now(),
                )
                messages.success(request, _welcomed(row))
                ask_after_applying(request, row)
                asked = must_agree_first(row.pk, clock.now())
                return see_other("volunteer:agreement" if asked else "volunteer:find")
        except Refusal as refusal:
            form.add_error("name", words.refused(refusal))
    return render(request, "public/join_volunteer.html", {"form": form}, status=_status(form))


def _welcomed(row: Volunteer) -> str:
    if row.state == Volunteer.State.APPLIED:
        return _("报上名了，%(who)s会尽快回复") % {"who": row.organisation}
    return _("%(who)s早就替你登记了，现在用手机就能看班表") % {"who": row.organisation}


def phone_of(user: User) -> str:
    """The number that she comes in by; "" when she has shown none."""
    own = getattr(user, "own_phone", None)
    return str(own.number) if own else ""


def number_first(name: str) -> HttpResponse:
    """Nobody is registered without a number that she has shown to hold."""
    query = urlencode({"next": reverse(name)})
    return redirect(f"{reverse('sign_in_phone')}?{query}")


def _child(form: FamilyForm) -> ChildData:
    return ChildData(
        nickname=form.cleaned_data["nickname"],
        birth_month=form.birth_month,
        consents=frozenset({"booking"} if form.cleaned_data["booking"] else ()),
    )


def _field(refusal: Refusal) -> str | None:
    field = refusal.facts.get("field", "")
    if field == "birth_month":
        return "year"
    return field or ("booking" if refusal.code == "consent_needed" else None)


def _status(form: forms.Form) -> int:
    return 422 if form.is_bound else 200
