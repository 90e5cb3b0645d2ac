"""Where the family lives and how far it goes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend import words
from backend.common import clock
from backend.common.languages import LANGUAGES
from backend.common.refusal import Refusal
from backend.families.models import Family
from backend.families.operations import change_family
from backend.places.models import Division
from backend.web.family.guard import for_family
from backend.web.methods import filled_in
from backend.web.own_fields import chooser
from backend.web.see_other import see_other
from backend.web.streets import streets_under

TRAVELS = (10, 15, 20, 25, 30, 45, 60)  # minutes


class HomeForm(forms.Form):
    """The street where the family lives, and how far it goes."""

    street = forms.ChoiceField(label=gettext_lazy("住在哪个街道（乡镇）"))
    max_travel = forms.TypedChoiceField(label=gettext_lazy("心愿里最远走多久"), coerce=int)

    language = forms.ChoiceField(
        label=gettext_lazy("希望老师会说"),
        choices=[("", gettext_lazy("普通话就行")), *LANGUAGES.items()],
        required=False,
    )
    language_needed = forms.BooleanField(label=gettext_lazy("不会说就不安排"), required=False)

    def __init__(self, *args: Any, travels: int, **kwargs: Any) -> None:
        """`travels`: what is kept now, which is among those to choose from."""
        super().__init__(*args, **kwargs)
        chooser(self, "street").choices = list(streets_under())
        minutes = sorted({*TRAVELS, travels})
        chooser(self, "max_travel").choices = [(n, _("%(n)d 分钟") % {"n": n}) for n in minutes]

    @property
    def chosen(self) -> Division:
        return Division.objects.get(pk=self.cleaned_data["street"])


@for_family
def home(request: HttpRequest, family: Family) -> HttpResponse:
    """GET shows where the family lives and how far it goes; POST puts it right."""
    kept = {
        "street": family.street_id,
        "max_travel": family.max_travel,
        "language": family.language,
        "language_needed": family.language_needed,
    }
    form = HomeForm(filled_in(request), initial=kept, travels=family.max_travel)
    if request.method == "POST" and form.is_valid():
        try:
            change_family(
                family_id=family.pk,
                street=form.chosen,
                max_travel=form.cleaned_data["max_travel"],
                language=form.cleaned_data["language"],
                language_needed=form.cleaned_data["language_needed"],
                actor=family.user,
                now=clock.now(),
            )
            messages.success(request, _("改好了"))
            return see_other("family:me")
        except Refusal as refusal:
            form.add_error("street", words.refused(refusal))
    context = {"audience": "family", "place": "me", "form": form}
    return render(request, "family/home.html", context, status=422 if form.is_bound else 200)
