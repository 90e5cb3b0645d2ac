"""Ask what a rota would come to if something were different."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.access import queries as access
from backend.common import clock
from backend.common.refusal import Refusal
from backend.planning.operations import RotaNotPlannable, request_what_if
from backend.planning.policy import can_plan
from backend.planning.queries.imagining import roles_of, sessions_at, venues_of, with_more
from backend.planning.queries.places import counties_of
from backend.planning.queries.runs import time_for
from backend.planning.what_if import MOST_MORE, WhatIf
from backend.programmes.models import Role
from backend.rota.models import Rota
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.methods import filled_in
from backend.web.see_other import see_other
from backend.web.venue_field import VenueField
from backend.words import refused

WEEKS = (1, 2)  # services a week that everybody may be asked more for
MINUTES = (15, 30, 60)  # further than everybody said


class WhatIfForm(forms.Form):
    more = forms.IntegerField(
        label=gettext_lazy("多几位志愿者"),
        min_value=1,
        max_value=MOST_MORE,
        required=False,
        help_text=gettext_lazy("假设她们什么时候都有空，一周最多两场。"),
    )
    role = forms.ModelChoiceField(
        label=gettext_lazy("她们能做什么"),
        queryset=Role.objects.none(),
        required=False,
        empty_label=gettext_lazy("请选择"),
    )
    county = forms.ChoiceField(label=gettext_lazy("她们住在哪里"), required=False)
    week = forms.TypedChoiceField(label=gettext_lazy("每人每周的上限"), coerce=int, required=False)
    minutes = forms.TypedChoiceField(
        label=gettext_lazy("每人路上的上限"), coerce=int, required=False
    )
    venue = VenueField(
        label=gettext_lazy("不能用的点位"), required=False, empty_label=gettext_lazy("都能用")
    )

    def __init__(self, *args: Any, rota: Rota, counties: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.counties = counties
        fields: dict[str, Any] = self.fields
        fields["role"].queryset = roles_of(rota)
        fields["venue"].among(venues_of(rota))
        fields["county"].choices = [("", _("请选择")), *counties.items()]
        fields["week"].choices = [
            ("", _("照她们填的")),
            *((n, _("多 %(n)d 场") % {"n": n}) for n in WEEKS),
        ]
        fields["minutes"].choices = [
            ("", _("照她们填的")),
            *((n, _("多 %(n)d 分钟") % {"n": n}) for n in MINUTES),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("more"):
            for name in ("role", "county"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("多出来的志愿者能做什么、住在哪里，都要选。"))
        return data


@coordinator
def what_if(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """What is to be different; then the runs, where it comes out."""
    rota = access.rota_to_change(request.user, pk)
    now = clock.now()
    if not can_plan(rota, now):
        messages.warning(request, refused(RotaNotPlannable(rota=pk, state=rota.state), you=False))
        return see_other("coordinator:runs", pk)
    counties = counties_of(rota.sessions.all())
    form = WhatIfForm(filled_in(request), rota=rota, counties=counties)
    if request.method == "POST" and form.is_valid():
        try:
            request_what_if(
                rota_id=pk,
                asked=_asked(form, rota),
                seconds_limit=time_for(rota),
                actor=request.user,
                now=now,
            )
            messages.success(request, _("开始算了，算好以后在这里对比。排班表不会动。"))
            return see_other("coordinator:runs", pk)
        except Refusal as refusal:
            form.add_error(None, refused(refusal, you=False))
    context = {"place": "rota", "rota": rota, "form": form}
    return render(request, "coordinator/what_if.html", context, status=422 if form.errors else 200)


def _asked(form: WhatIfForm, rota: Rota) -> WhatIf:
    data = form.cleaned_data
    venue = data["venue"]
    asked = WhatIf(
        more=data["more"] or 0,
        week=data["week"] or 0,
        minutes=data["minutes"] or 0,
        venue=venue.name if venue else "",
        sessions=sessions_at(rota, venue, clock.now()) if venue else (),
    )
    if not asked.more:
        return asked
    return with_more(asked, rota, data["role"], data["county"], form.counties[data["county"]])
