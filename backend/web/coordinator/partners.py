"""Partners, with the women's organisations that the incubator raises, and service stations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from backend.access import queries as access
from backend.common import clock
from backend.common.clock import local_day
from backend.common.fields import DayField, LineField, said
from backend.common.refusal import Refusal
from backend.organisations.policy import ACTS
from backend.organisations.queries import scope_paths
from backend.places.queries import venues_in_use_under
from backend.programmes.models import Programme
from backend.programmes.queries import programmes_at_work
from backend.projects import operations
from backend.projects.models import Partner
from backend.projects.queries import (
    kept_by_hers,
    partner_to_change,
    partners_seen,
    station_to_change,
    stations_seen,
)
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.paging import turned
from backend.web.found_field import FoundField
from backend.web.methods import filled_in
from backend.web.organisation_field import OrganisationField
from backend.web.own_fields import own
from backend.web.see_other import see_other
from backend.web.venue_field import VenueField
from backend.words import refused


class ChangePartnerForm(forms.Form):
    name = LineField(label=gettext_lazy("叫什么"), max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("哪一种"), choices=said(Partner.Kind.choices))
    raised_from = DayField(label=gettext_lazy("哪天进孵化基地"), required=False)
    raised_until = DayField(label=gettext_lazy("孵化到哪天"), required=False)


class NewPartnerForm(ChangePartnerForm):
    organisation = OrganisationField(label=gettext_lazy("哪个妇联来记"))
    field_order = ["organisation"]


class StationForm(forms.Form):
    organisation = OrganisationField(label=gettext_lazy("哪个妇联的"))
    programme = forms.ModelChoiceField(
        label=gettext_lazy("哪个品牌的"),
        queryset=Programme.objects.none(),
        empty_label=gettext_lazy("请选一个"),
    )
    venue = VenueField(label=gettext_lazy("在哪个点位"), empty_label=gettext_lazy("请选一个"))
    opened_on = DayField(label=gettext_lazy("哪天开的"))


@coordinator
def partners(request: CoordinatorRequest) -> HttpResponse:
    """GET lists them with the form of a new one; POST adds it."""
    acts = _acts(request)
    hers = kept_by_hers(request.user)
    form = NewPartnerForm(filled_in(request), initial={"organisation": hers.first()})
    own(form, "organisation", FoundField).among(hers)
    if request.method == "POST" and form.is_valid():
        try:
            row = operations.add_partner(actor=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, _("加好了：%(name)s") % {"name": row.name})
            return see_other("coordinator:partners")
        except Refusal as refusal:
            form.add_error(refusal.facts["field"], refused(refusal, you=False))
    rows = partners_seen(request.user).order_by("-raised_from", "name", "pk")
    context = _page(request, rows) | {"form": form if acts else None}
    status = 422 if form.is_bound else 200
    return render(request, "coordinator/partners.html", context, status=status)


@coordinator
def partner(request: CoordinatorRequest, pk: int) -> HttpResponse:
    row = partner_to_change(request.user, pk)
    fields = ("name", "kind", "raised_from", "raised_until")
    form = ChangePartnerForm(
        filled_in(request), initial={name: getattr(row, name) for name in fields}
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_partner(
                partner_id=pk, actor=request.user, now=clock.now(), **form.cleaned_data
            )
            messages.success(request, _("改好了"))
            return see_other("coordinator:partners")
        except Refusal as refusal:
            form.add_error(refusal.facts["field"], refused(refusal, you=False))
    context = {"place": "projects", "form": form, "partner": row}
    status = 422 if form.is_bound else 200
    return render(request, "coordinator/partner.html", context, status=status)


@coordinator
def stations(request: CoordinatorRequest) -> HttpResponse:
    """GET lists them with the form of a new one; POST opens it."""
    acts = _acts(request)
    form = _station_form(request)
    if request.method == "POST" and form.is_valid():
        try:
            operations.open_station(actor=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, _("加好了"))
            return see_other("coordinator:stations")
        except Refusal as refusal:
            form.add_error(refusal.facts["field"], refused(refusal, you=False))
    rows = stations_seen(request.user).select_related("venue", "organisation", "programme")
    context = _page(request, rows.order_by("closed_on", "organisation__path", "pk"))
    context |= {"form": form if acts else None, "acts": acts}
    status = 422 if form.is_bound else 200
    return render(request, "coordinator/stations.html", context, status=status)


def _station_form(request: CoordinatorRequest) -> StationForm:
    hers = kept_by_hers(request.user)
    first = {"organisation": hers.first(), "opened_on": local_day(clock.now())}
    form = StationForm(filled_in(request), initial=first)
    own(form, "organisation", FoundField).among(hers)
    venues = venues_in_use_under(access.area_codes(request.user))
    own(form, "venue", FoundField).among(venues)
    own(form, "programme", forms.ModelChoiceField).queryset = programmes_at_work()
    return form


@coordinator
@require_POST
def close_station(request: CoordinatorRequest, pk: int) -> HttpResponse:
    station_to_change(request.user, pk)
    operations.close_station(station_id=pk, actor=request.user, now=clock.now())
    messages.success(request, _("关好了，到今天为止还算"))
    return see_other("coordinator:stations")


def _acts(request: CoordinatorRequest) -> bool:
    acts = bool(scope_paths(request.user, ACTS))
    if request.method == "POST" and not acts:
        raise PermissionDenied
    return acts


def _page(request: CoordinatorRequest, rows: Any) -> dict[str, Any]:
    total = rows.count()
    page = turned(request, total)
    return {
        "place": "projects",
        "rows": page.of(rows),
        "total": total,
        "pager": page.pager(),
    }
