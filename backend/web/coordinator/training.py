"""培训: which credential attending a session gives."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend import words
from backend.access import queries as access
from backend.common import clock
from backend.common.refusal import Refusal
from backend.planning.queries.series import later_of
from backend.programmes.models import CredentialKind
from backend.programmes.queries import kinds_by_training
from backend.records.operations import name_training
from backend.records.operations.trainings import LONGEST_MONTHS
from backend.records.policy import can_be_training, is_for_home, may_yet_be_named
from backend.records.queries import training_of
from backend.rota.models import Session
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.methods import filled_in
from backend.web.see_other import see_other


class KindField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: CredentialKind) -> str:
        if obj.valid_months is None:
            return _("%(name)s（长期有效）") % {"name": obj.name}
        return _("%(name)s（通常 %(n)d 个月）") % {"name": obj.name, "n": obj.valid_months}


class TrainingForm(forms.Form):
    kind = KindField(
        label=gettext_lazy("参加的人得到什么"),
        queryset=CredentialKind.objects.none(),
        required=False,
        empty_label=gettext_lazy("这一场不是培训"),
    )
    months = forms.IntegerField(
        label=gettext_lazy("有效几个月"), min_value=1, max_value=LONGEST_MONTHS, required=False
    )

    also = forms.BooleanField(required=False)

    def __init__(self, *args: Any, others: int, **options: Any) -> None:
        """`others`: of its series, of which the same can be said."""
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["kind"].queryset = kinds_by_training()
        if others:
            fields["also"].label = _("这个系列里后面的 %(n)d 场也这样") % {"n": others}
        else:
            del fields["also"]


@coordinator
def training(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """GET asks what attending gives; POST says so, before the session is over."""
    row = access.session_to_change(request.user, pk)
    now = clock.now()
    others = access.changed_by(request.user, later_of(row, now))
    form = TrainingForm(filled_in(request), initial=_said(row), others=len(others))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if not said.pop("also", False):
            others = frozenset()
        try:
            name_training(session_id=row.pk, actor=request.user, now=now, also=others, **said)
            messages.success(request, _("定下了，她的页面上会写明"))
            return see_other("coordinator:session", row.pk)
        except Refusal as refusal:
            form.add_error(None, words.refused(refusal, you=False))
    context = {
        "place": "rota",
        "session": row,
        "form": form,
        "open": can_be_training(row, now) or (training_of(row) and may_yet_be_named(row, now)),
        "at_home": is_for_home(row),
    }
    status = 422 if form.is_bound else 200
    return render(request, "coordinator/training.html", context, status=status)


def _said(row: Session) -> dict[str, Any]:
    """What the form begins with."""
    known = training_of(row)
    if known is None:
        return {}
    return {"kind": known.kind_id, "months": known.months}
