"""Say what the plans of a rota look to, or try first what it would come to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import matching
from backend.access import queries as access
from backend.common import clock
from backend.common.refusal import Refusal
from backend.planning.operations import request_what_if
from backend.planning.policy import can_plan
from backend.planning.queries.runs import time_for
from backend.planning.what_if import WhatIf
from backend.rota.aims import MOST_A_WEEK, Aims, aims_of
from backend.rota.models import Rota
from backend.rota.operations import set_aims
from backend.rota.policy import rota_is_over
from backend.rota.queries import changes_of
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.methods import filled_in
from backend.web.see_other import see_other
from backend.words import refused
from backend.words.aims import MEANINGS, PRESETS, aims_in_words

NUMBERS = (  # of the usual parts of a price: what it is of, and its name in Weights
    ("short", gettext_lazy("一定要办的场次缺一人")),
    ("serve", gettext_lazy("一家的第一个心愿没排上")),
    ("target", gettext_lazy("人手偏紧，少一人")),
    ("change", gettext_lazy("动一个已经说好的安排")),
    ("know", gettext_lazy("熟悉的人没再见")),
    ("wish", gettext_lazy("心愿差一级")),
    ("load", gettext_lazy("班多的人又加一场，每多一场")),
    ("travel", gettext_lazy("路上一分钟")),
)


class AimsForm(forms.Form):
    preset = forms.ChoiceField(label=gettext_lazy("看重什么"), widget=forms.RadioSelect)
    per_week = forms.TypedChoiceField(
        label=gettext_lazy("每人每周尽量不超过"), coerce=int, required=False, empty_value=None
    )
    weekends = forms.TypedChoiceField(
        label=gettext_lazy("每人尽量不超过几个周末"), coerce=int, required=False, empty_value=None
    )

    def __init__(self, *args: Any, weeks: int, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["preset"].choices = [
            (key, _("%(name)s：%(means)s") % {"name": name, "means": MEANINGS[key]})
            for key, name in PRESETS.items()
        ]
        fields["per_week"].choices = [
            ("", _("照她们填的")),
            *((n, _("%(n)d 场") % {"n": n}) for n in range(1, MOST_A_WEEK + 1)),
        ]
        fields["weekends"].choices = [
            ("", _("不限")),
            *((n, _("%(n)d 个周末") % {"n": n}) for n in range(weeks + 1)),
        ]

    def aims(self) -> Aims:
        return Aims(**self.cleaned_data)


@coordinator
def aims(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """The form, the numbers behind each choice, and who chose what before."""
    rota = access.rota_to_change(request.user, pk)
    now = clock.now()
    asked = request.GET if "preset" in request.GET else aims_of(rota).as_json()
    form = AimsForm(filled_in(request), weeks=rota.weeks, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            return _done(request, rota, form.aims())
        except Refusal as refusal:
            form.add_error(None, refused(refusal, you=False))
    context = {
        "place": "rota",
        "rota": rota,
        "form": form,
        "tries": can_plan(rota, now),
        "over": rota_is_over(rota, now),
        "now": aims_in_words(aims_of(rota)),
        "presets": list(PRESETS.values()),
        "numbers": _numbers(),
        "changes": [(one, aims_in_words(aims_of(one))) for one in changes_of(rota)],
    }
    return render(request, "coordinator/aims.html", context, status=422 if form.errors else 200)


def _done(request: CoordinatorRequest, rota: Rota, chosen: Aims) -> HttpResponse:
    now = clock.now()
    if "try" not in request.POST:
        set_aims(rota_id=rota.pk, aims=chosen, actor=request.user, now=now)
        messages.success(request, _("定下了，下一次自动排班就照这样排。已经说好的一场不动。"))
        return see_other("coordinator:rota", rota.pk)
    request_what_if(
        rota_id=rota.pk,
        asked=WhatIf(aims=chosen),
        seconds_limit=time_for(rota),
        actor=request.user,
        now=now,
    )
    messages.success(request, _("开始算了，算好以后在这里对比。排班表不会动。"))
    return see_other("coordinator:runs", rota.pk)


def _numbers() -> list[tuple[str, list[str]]]:
    """A row for each part, a column for each preset."""
    return [
        (str(label), [_price(weights, name) for weights in matching.PRESETS.values()])
        for name, label in NUMBERS
    ]


def _price(weights: matching.Weights, name: str) -> str:
    price = getattr(weights, name)
    first = price[0] if isinstance(price, tuple) else price
    return f"{first:,}"
