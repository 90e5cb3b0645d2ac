"""志愿者须知 of an organisation: the versions, how many have agreed, and the next one."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from backend import words
from backend.access.refusals import NotHers, NotSeen
from backend.common import clock
from backend.common.clock import local_day
from backend.common.fields import DayField
from backend.common.reading import key
from backend.common.refusal import Refusal
from backend.organisations.models import Organisation
from backend.organisations.policy import LOOKS
from backend.organisations.queries import can_coordinate, scope_paths, within
from backend.planning.queries import register
from backend.volunteers.agreements import agreed_among, versions_of
from backend.volunteers.models import Agreement
from backend.volunteers.operations import agree, publish_agreement
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.methods import filled_in
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other


class VersionForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("须知的内容"),
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": gettext_lazy("请写上须知的内容")},
    )
    from_on = DayField(label=gettext_lazy("从哪天起用"))


@coordinator
def agreement(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """GET shows the versions; POST publishes the next one."""
    row = _published_by_her(request, pk)
    now = clock.now()
    versions = list(versions_of(row))
    held = next((n for n, one in enumerate(versions) if one.from_on <= local_day(now)), 0)
    first = {"from_on": local_day(now), "text": versions[0].text if versions else ""}
    form = VersionForm(filled_in(request), initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            version = publish_agreement(
                organisation_id=row.pk, actor=request.user, now=now, **form.cleaned_data
            )
            messages.success(request, _("第 %(n)d 版发出去了") % {"n": version.number})
            return see_other("coordinator:agreement", pk)
        except Refusal as refusal:
            form.add_error(refusal.facts.get("field"), words.refused(refusal))
    context = {
        "place": "hours",
        "row": row,
        "form": form,
        "versions": [(one, *agreed_among(one)) for one in versions[: held + 1]],
        "before": versions[held + 1 :],
    }
    status = 422 if form.is_bound else 200
    return render(request, "coordinator/agreement.html", context, status=status)


@coordinator
@require_POST
def agreed_on_paper(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Field `version`: she signed that one, and the coordinator has the paper."""
    rows = register.volunteers_found(request.user).select_related("organisation")
    her = rows.filter(pk=pk).first()
    if her is None:
        raise NotSeen
    if not can_coordinate(request.user, her.organisation):
        raise NotHers
    version = key(request.POST.get("version")) or 0
    with refusals_said(request, you=False):
        how = Agreement.How.PAPER
        agree(volunteer_id=pk, version_id=version, actor=request.user, now=clock.now(), how=how)
        messages.success(request, _("记下了：她签过名"))
    return see_other("coordinator:volunteer", pk)


def _published_by_her(request: CoordinatorRequest, pk: int) -> Organisation:
    """Its coordinators, those of an organisation above, and officers. Raises NotSeen, NotHers."""
    row = Organisation.objects.filter(within(scope_paths(request.user)), pk=pk).first()
    if row is None:
        raise NotSeen
    if not any(row.path.startswith(path) for path in scope_paths(request.user, LOOKS)):
        raise NotHers
    return row
