"""Begin a rota."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.common import clock
from backend.common.clock import local_day, monday_of
from backend.common.fields import DayField, LineField
from backend.common.refusal import Refusal
from backend.organisations.models import Organisation
from backend.organisations.policy import ACTS
from backend.organisations.queries import scope_paths, within
from backend.rota.operations import open_rota
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.methods import filled_in
from backend.web.organisation_field import OrganisationField
from backend.web.see_other import see_other
from backend.words import refused


class RotaForm(forms.Form):
    organisation = OrganisationField(label=gettext_lazy("哪个妇联的"))
    name = LineField(label=gettext_lazy("叫什么"), max_length=60)
    starts_on = DayField(label=gettext_lazy("从哪个周一开始"))
    weeks = forms.IntegerField(
        label=gettext_lazy("几周"),
        min_value=1,
        max_value=12,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, hers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].among(hers)  # type: ignore[attr-defined]


@coordinator
def new_rota(request: CoordinatorRequest) -> HttpResponse:
    """GET asks for the weeks; POST begins a draft and leads to it."""
    hers = Organisation.objects.filter(within(scope_paths(request.user, ACTS)))
    form = RotaForm(filled_in(request), hers=hers, initial=_next(hers.first()))
    if request.method == "POST" and form.is_valid():
        try:
            rota = open_rota(actor=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, _("建好了，现在加场次吧"))
            return see_other("coordinator:rota", rota.pk)
        except Refusal as refusal:
            form.add_error(refusal.facts["field"], refused(refusal, you=False))
    status = 422 if form.is_bound else 200
    return render(
        request, "coordinator/new_rota.html", {"place": "rota", "form": form}, status=status
    )


def _next(organisation: Organisation | None) -> dict[str, object]:
    """Four weeks from the next Monday, named after its day."""
    monday: date = monday_of(local_day(clock.now())) + timedelta(weeks=1)
    name = _("%(month)d 月 %(day)d 日起四周") % {"month": monday.month, "day": monday.day}
    return {"organisation": organisation, "name": name, "starts_on": monday, "weeks": 4}
