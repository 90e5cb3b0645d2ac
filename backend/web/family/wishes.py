"""心愿: what the family would like, how often, and when it can come; the plan fills it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from backend import words
from backend.common import clock
from backend.common.reading import keys
from backend.common.refusal import Refusal
from backend.families.models import Child, Family, Request
from backend.families.operations import (
    NoSuchRequest,
    change_family_hours,
    close_request,
    open_request,
)
from backend.families.operations.wishes import MOST
from backend.families.queries import family_hours, wishes_on_her_list
from backend.programmes.models import Programme
from backend.programmes.queries import programmes_with_seats
from backend.volunteers.free_time import PARTS, cells_of, week_of, with_cells
from backend.web.components import Action
from backend.web.family.guard import for_family, own_children
from backend.web.methods import filled_in
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.words.free_time import exact_in_words
from backend.words.moments import weekdays

CHOICES = [(n, lazy(lambda n: _("%(n)d 次") % {"n": n}, str)(n)) for n in range(1, MOST + 1)]


class WishForm(forms.Form):
    """A programme that takes families, how often in a rota, how often in a week."""

    programme = forms.ModelChoiceField(
        label=gettext_lazy("想参加什么"), queryset=Programme.objects.none(), empty_label=None
    )
    child = forms.ChoiceField(label=gettext_lazy("谁去"), required=False)
    wants = forms.TypedChoiceField(
        label=gettext_lazy("四周里想来几次"), coerce=int, choices=CHOICES[:MOST], initial=2
    )
    per_week = forms.TypedChoiceField(
        label=gettext_lazy("一周最多几次"), coerce=int, choices=CHOICES[:3], initial=1
    )

    def __init__(self, *args: Any, children: Sequence[Child], **kwargs: Any) -> None:
        """`children`: hers; of several she may wish for one alone."""
        super().__init__(*args, **kwargs)
        everybody = [("", _("都去"))] if len(children) != 1 else []
        self.fields["child"].choices = [  # type: ignore[attr-defined]
            *everybody,
            *((str(child.pk), child.nickname) for child in children),
        ]
        programmes = programmes_with_seats()
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@for_family
def requests(request: HttpRequest, family: Family) -> HttpResponse:
    """GET shows the wishes; POST opens one."""
    form = WishForm(filled_in(request), children=own_children(family))
    if request.method == "POST" and form.is_valid():
        try:
            wish = dict(form.cleaned_data)
            child_ids = keys([wish.pop("child")])
            open_request(
                family_id=family.pk,
                child_ids=child_ids,
                actor=family.user,
                now=clock.now(),
                **wish,
            )
            messages.success(request, _("记下了。排好以后，会把位子留给你们，请你点头"))
            return see_other("family:requests")
        except Refusal as refusal:
            form.add_error("programme", words.refused(refusal))
    status = 200
    if form.is_bound:
        status = 422
    return render(request, "family/requests.html", _context(family) | {"form": form}, status=status)


@for_family
def requests_fragment(request: HttpRequest, family: Family) -> HttpResponse:
    """The open wishes alone, for a page that has been told of a change."""
    return render(request, "family/_requests.html", _context(family))


@require_POST
@for_family
def close(request: HttpRequest, family: Family, request_id: int) -> HttpResponse:
    try:
        close_request(
            family_id=family.pk, request_id=request_id, actor=family.user, now=clock.now()
        )
    except NoSuchRequest:
        raise Http404(f"request {request_id}") from None
    messages.success(request, _("这个心愿结束了"))
    return see_other("family:requests")


@require_POST
@for_family
def hours(request: HttpRequest, family: Family) -> HttpResponse:
    """Fields `free`, one for each part of the week that is ticked:

    "0-am" … "6-eve". Anything else is ignored.
    """
    known = {f"{day}-{part}": (day, part) for day in range(7) for part in PARTS}
    cells = [known[name] for name in request.POST.getlist("free") if name in known]
    spans = with_cells(family_hours(family), cells)
    with refusals_said(request, keeps=True):
        change_family_hours(family_id=family.pk, spans=spans, actor=family.user, now=clock.now())
        messages.success(request, _("记下了，以后按这个时间找"))
    return see_other(reverse("family:requests") + "#free")


def _context(family: Family) -> dict[str, Any]:
    spans = family_hours(family)
    return {
        "audience": "family",
        "place": "requests",
        "family": family,
        "streams": f"family.{family.pk}",
        "wishes": [_shown(row) for row in wishes_on_her_list(family)],
        "week": week_of(cells_of(spans), weekdays()),
        "exact": exact_in_words(spans),
    }


def _shown(row: Request) -> tuple[Request, Action | None]:
    """A wish with the button that ends it; a home visit was agreed on with the coordinator, so it
    is ended there."""
    end = Action(
        label=_("不用了"), url=reverse("family:close_request", args=[row.pk]), variant="text"
    )
    return row, None if row.group else end
