"""本单位: whom volunteers phone, who answers for papers, and whether these may be called 证明."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.access.refusals import NotHers, NotSeen
from backend.common import clock
from backend.common.fields import LineField
from backend.organisations.models import Organisation
from backend.organisations.operations import describe_organisation
from backend.organisations.queries import can_coordinate, scope_paths, within
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.methods import filled_in
from backend.web.see_other import see_other


class DetailsForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no arguments at run time
    contact_phone = LineField(label=gettext_lazy("联系电话"), max_length=30, required=False)
    responsible = LineField(label=gettext_lazy("负责人"), max_length=40, required=False)

    class Meta:
        model = Organisation
        fields = ("contact_phone", "responsible", "lawful_issuer", "stars_on_reported")
        labels = {
            "lawful_issuer": gettext_lazy("可以依法开志愿服务记录证明"),
            "stars_on_reported": gettext_lazy("星级只算已上报的时长"),
        }


@coordinator
def organisation(request: CoordinatorRequest, pk: int) -> HttpResponse:
    row = _hers(request, pk)
    form = DetailsForm(filled_in(request), instance=row)
    if form.is_bound and form.is_valid():
        describe_organisation(
            organisation=row, actor=request.user, now=clock.now(), **form.cleaned_data
        )
        messages.success(request, _("记下了"))
        return see_other("coordinator:organisation", pk)
    context = {"place": "hours", "row": row, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "coordinator/organisation.html", context, status=status)


def _hers(request: CoordinatorRequest, pk: int) -> Organisation:
    """Raises NotSeen, and NotHers when she only watches it."""
    row = Organisation.objects.filter(within(scope_paths(request.user)), pk=pk).first()
    if row is None:
        raise NotSeen
    if not can_coordinate(request.user, row):
        raise NotHers
    return row
