"""点位: the places of her area where sessions are held, and a new one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from backend.access import queries as access
from backend.accounts.models import User
from backend.common import clock
from backend.common.fields import LineField
from backend.common.reading import whole_number
from backend.common.refusal import Refusal
from backend.organisations.policy import ACTS
from backend.organisations.queries import scope_paths
from backend.places.models import Division, Venue
from backend.places.operations import add_venue, note_printed, renew_wall
from backend.places.queries import printed_by, venues_under
from backend.records.codes import wall_code
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.paging import turned
from backend.web.methods import filled_in
from backend.web.own_fields import chooser
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.web.streets import streets_under
from backend.words import refused

MOST_SHEETS = 99_999


class VenueForm(forms.Form):
    name = LineField(label=gettext_lazy("叫什么"), max_length=60)
    street = forms.ChoiceField(label=gettext_lazy("在哪个街道（乡镇）"))
    address = LineField(label=gettext_lazy("门牌、怎么走"), max_length=120, required=False)
    facilities = LineField(label=gettext_lazy("有什么"), max_length=120, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser(self, "street").choices = [
            ("", _("请选一个")),
            *streets_under(access.area_codes(user)),
        ]


@coordinator
def wall(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """What hangs on the wall of a place: print it; whoever scans it there signs in."""
    row = _venue(request, pk)
    note_printed(venue=row, actor=request.user, now=clock.now())
    path = reverse("here_venue", args=[row.pk, wall_code(row.pk, row.wall_number)])
    context = {
        "place": "venues",
        "venue": row,
        "link": request.build_absolute_uri(path),
        "renews": bool(scope_paths(request.user, ACTS)),
        "others": len(set(printed_by(row.pk, row.wall_number)) - {request.user.pk}),
    }
    return render(request, "coordinator/wall.html", context)


@coordinator
@require_POST
def renew(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Field `seen`: the number of the sheet that she replaces."""
    row = _venue(request, pk)
    if not scope_paths(request.user, ACTS):
        raise PermissionDenied
    seen = whole_number(request.POST.get("seen"), low=1, high=MOST_SHEETS) or 0
    with refusals_said(request, you=False):
        number = renew_wall(venue_id=row.pk, seen=seen, actor=request.user, now=clock.now())
        said = _("换好了：现在是第 %(number)d 张，旧的扫不出来了。请打印这一张贴上去")
        messages.success(request, said % {"number": number})
    return see_other("coordinator:wall", pk)


def _venue(request: CoordinatorRequest, pk: int) -> Venue:
    row = venues_under(access.area_codes(request.user)).filter(pk=pk).first()
    if row is None:
        raise Http404(f"venue {pk}")
    return row


@coordinator
def venues(request: CoordinatorRequest) -> HttpResponse:
    """GET lists them with the form of a new one; POST adds it."""
    acts = bool(scope_paths(request.user, ACTS))
    if request.method == "POST" and not acts:
        raise PermissionDenied
    form = VenueForm(filled_in(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        values["street"] = Division.objects.get(pk=values["street"])
        try:
            row = add_venue(actor=request.user, now=clock.now(), **values)
            messages.success(request, _("加好了：%(name)s") % {"name": row.name})
            return see_other("coordinator:venues")
        except Refusal as refusal:
            form.add_error(refusal.facts["field"], refused(refusal, you=False))
    rows = venues_under(access.area_codes(request.user))
    total = rows.count()
    page = turned(request, total)
    context = {
        "place": "venues",
        "form": form if acts else None,
        "total": total,
        "rows": page.of(rows),
        "pager": page.pager(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "coordinator/venues.html", context, status=status)
