"""What she tells of herself, one small page each: her programmes, how much she wants to do, where
she lives."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend import words
from backend.common import clock
from backend.common.languages import LANGUAGES
from backend.common.refusal import Refusal
from backend.places.codes import COUNTY, STREET
from backend.places.models import Division
from backend.places.queries import division, divisions, found_by, path_to, paths_to
from backend.programmes.models import Programme
from backend.programmes.queries import programmes_at_work
from backend.volunteers.models import Volunteer
from backend.volunteers.operations import (
    change_limits,
    choose_programmes,
    correct_contact,
    say_languages,
)
from backend.volunteers.operations.limits import LIMITS
from backend.web.methods import filled_in
from backend.web.see_other import see_other
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer

MOST_FOUND = 20


class ProgrammesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Each with what it is about."""

    def label_from_instance(self, obj: Programme) -> str:
        return _("：").join([obj.name, obj.summary]) if obj.summary else obj.name


class ProgrammesForm(forms.Form):
    programmes = ProgrammesField(
        label=gettext_lazy("想做哪些项目"),
        queryset=Programme.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请至少选一个，以后随时能改")},
    )

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("还会说什么话"),
        choices=list(LANGUAGES.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["programmes"]
        assert isinstance(field, ProgrammesField)
        field.queryset = programmes_at_work()


class LimitsForm(forms.Form):
    """Whole numbers; what makes sense is said by the operation."""

    max_per_day = forms.IntegerField(label=gettext_lazy("一天最多几场"))
    max_per_week = forms.IntegerField(label=gettext_lazy("一周最多几场"))
    max_travel = forms.IntegerField(label=gettext_lazy("路上最多几分钟"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            low, high = LIMITS[name]
            field.widget.attrs |= {"inputmode": "numeric", "min": low, "max": high}


@for_volunteer
def programmes(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """GET asks for her programmes; POST keeps them."""
    form = ProgrammesForm(
        filled_in(request),
        initial={
            "programmes": list(volunteer.programmes.all()),
            "languages": volunteer.languages,
        },
    )
    if request.method == "POST" and form.is_valid():
        choose_programmes(
            volunteer_id=volunteer.pk,
            programmes=list(form.cleaned_data["programmes"]),
            actor=request.user,
            now=clock.now(),
        )
        say_languages(
            volunteer_id=volunteer.pk,
            languages=form.cleaned_data["languages"],
            actor=request.user,
            now=clock.now(),
        )
        messages.success(request, _("记下了。下面是每个岗位要什么"))
        return see_other("volunteer:credentials")
    return _page(request, volunteer, "programmes", form)


@for_volunteer
def limits(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """GET asks how much she wants to do; POST keeps it. What she has promised stays."""
    names = LimitsForm.base_fields
    form = LimitsForm(
        filled_in(request), initial={name: getattr(volunteer, name) for name in names}
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_limits(
                volunteer_id=volunteer.pk, actor=request.user, now=clock.now(), **form.cleaned_data
            )
            messages.success(request, _("记下了，以后按这个给你找班"))
            return see_other(reverse("volunteer:me") + "#limits")
        except Refusal as refusal:
            form.add_error(refusal.facts.get("field"), words.refused(refusal))
    return _page(request, volunteer, "limits", form)


@for_volunteer
def home(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """GET: ?at= steps from county to street to village, ?q= finds by name or letters. POST `code`
    keeps a street or a village."""
    if request.method == "POST":
        chosen = division(request.POST.get("code", ""))
        if chosen is None or len(chosen.code) == len(chosen.county_code):
            raise Http404("division")
        correct_contact(
            volunteer_id=volunteer.pk, street=chosen, actor=request.user, now=clock.now()
        )
        messages.success(request, _("记下了：%(where)s") % {"where": path_to(chosen.code)})
        return see_other(reverse("volunteer:me") + "#home")
    text = request.GET.get("q", "").strip()[:20]
    at = division(request.GET.get("at", ""))
    context = {
        "audience": "volunteer",
        "place": "me",
        "organisation_name": volunteer.organisation.name,
        "now_at": path_to(volunteer.street_id),
        "text": text,
        "at": at,
        "at_path": path_to(at.code) if at else "",
        "found": paths_to(found_by(text, MOST_FOUND)) if text else [],
        "inside": _inside(at),
        "can_stop": at is not None and len(at.code) > len(at.county_code),
    }
    return render(request, "volunteer/home.html", context)


def _inside(at: Division | None) -> list[Division]:
    """What can be chosen next; of a village, nothing."""
    if at is None:
        return list(divisions("county"))
    kinds = {COUNTY: "street", STREET: "village"}
    kind = kinds.get(len(at.code))
    return list(divisions(kind, within=at.code)) if kind else []


def _page(
    request: VolunteerRequest, volunteer: Volunteer, name: str, form: forms.Form
) -> HttpResponse:
    context = {
        "audience": "volunteer",
        "place": "me",
        "organisation_name": volunteer.organisation.name,
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, f"volunteer/{name}.html", context, status=status)
