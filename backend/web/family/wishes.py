"""心愿: what the family would like, how often, and when it can come; the plan fills it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from backend import words
from backend.bookings.queries.chances import NOBODY, chances
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
from backend.families.parts import narrowed
from backend.families.queries import family_hours, wishes_on_her_list
from backend.programmes.models import Programme
from backend.programmes.queries import programmes_with_seats
from backend.volunteers.free_time import PARTS, Span, cells_of, week_of, with_cells
from backend.web.components import Action
from backend.web.family.guard import for_family, is_agreed, own_children
from backend.web.methods import filled_in
from backend.web.own_fields import chooser, own
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.words.free_time import exact_in_words
from backend.words.moments import weekdays
from backend.words.wishes import RHYTHMS, WHEN, chance_in_words, wish_in_words

TRAVELS = (10, 15, 25, 45)  # minutes
CHIPS = {"class": "choice-chips"}


class WishForm(forms.Form):
    """A programme that takes families, for whom, and three lines of chips: when, how far, how
    often."""

    programme = forms.ModelChoiceField(
        label=gettext_lazy("想参加什么"), queryset=Programme.objects.none(), empty_label=None
    )
    child = forms.ChoiceField(
        label=gettext_lazy("谁去"), required=False, widget=forms.RadioSelect(attrs=CHIPS)
    )
    part = forms.ChoiceField(
        label=gettext_lazy("什么时候"),
        required=False,
        choices=list(WHEN.items()),
        widget=forms.RadioSelect(attrs=CHIPS),
    )
    max_travel = forms.TypedChoiceField(
        label=gettext_lazy("多远"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect(attrs=CHIPS),
    )
    rhythm = forms.ChoiceField(
        label=gettext_lazy("多久一次"),
        choices=[(f"{wants}-{week}", said) for (wants, week), said in RHYTHMS.items()],
        initial="2-1",
        widget=forms.RadioSelect(attrs=CHIPS),
    )

    def __init__(self, *args: Any, children: Sequence[Child], travel: int, **kwargs: Any) -> None:
        """`children`: hers who may be planned for; of several she may wish for one alone. `travel`:
        how far the family goes."""
        super().__init__(*args, **kwargs)
        chooser(self, "max_travel").choices = [
            ("", _("和家里一样，%(n)d 分钟") % {"n": travel}),
            *((n, _("%(n)d 分钟") % {"n": n}) for n in TRAVELS if n != travel),
        ]
        everybody = [("", _("都去"))] if len(children) != 1 else []
        chooser(self, "child").choices = [
            *everybody,
            *((str(child.pk), child.nickname) for child in children),
        ]
        programmes = programmes_with_seats()
        self.programmes = list(programmes)  # read once, for the field and for the chances
        own(self, "programme", forms.ModelChoiceField).queryset = programmes
        chooser(self, "programme").choices = [(one.pk, one.name) for one in self.programmes]
        child: Any = self.fields["child"]
        child.initial = child.choices[0][0]

    def wish(self) -> dict[str, Any]:
        """What open_request takes."""
        said = dict(self.cleaned_data)
        wants, per_week = said.pop("rhythm").split("-")
        return said | {
            "child_ids": keys([said.pop("child")]),
            "wants": int(wants),
            "per_week": int(per_week),
        }


class ShownWish(NamedTuple):
    row: Request
    sentence: str
    never: bool  # none of the family's hours is in the part that it is for
    end: Action | None


@require_http_methods(["GET", "HEAD", "POST"])
@for_family
def requests(request: HttpRequest, family: Family) -> HttpResponse:
    """GET shows the wishes; POST opens one."""
    children = own_children(family)
    agreed = [child for child in children if is_agreed(child)]
    form = WishForm(filled_in(request), children=agreed, travel=family.max_travel)
    if request.method == "POST" and form.is_valid():
        try:
            open_request(family_id=family.pk, actor=family.user, now=clock.now(), **form.wish())
            messages.success(request, _("记下了。排好以后，会把位子留给你们，请你点头"))
            return see_other("family:requests")
        except Refusal as refusal:
            form.add_error("programme", words.refused(refusal))
    status = 200
    if form.is_bound:
        status = 422
    context = _context(family) | {"form": form, "chances": _chances(family, form)}
    context["without"] = _("、").join(child.nickname for child in children if not is_agreed(child))
    return render(request, "family/requests.html", context, status=status)


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
        "wishes": [_shown(row, spans) for row in wishes_on_her_list(family)],
        "week": week_of(cells_of(spans), weekdays()),
        "exact": exact_in_words(spans),
    }


def _chances(family: Family, form: WishForm) -> list[tuple[str, str]]:
    """What may be wished for, and how such wishes went near her."""
    found = chances(family, clock.now())
    return [(one.name, chance_in_words(found.get(one.pk, NOBODY))) for one in form.programmes]


def _shown(row: Request, spans: Sequence[Span]) -> ShownWish:
    """A wish with the button that ends it; a home visit was agreed on with the coordinator, so it
    is ended there."""
    end = Action(
        label=_("不用了"), url=reverse("family:close_request", args=[row.pk]), variant="text"
    )
    return ShownWish(
        row=row,
        sentence="" if row.group else wish_in_words(row, [c.nickname for c in row.children.all()]),
        never=bool(spans) and not narrowed(spans, row.part),
        end=None if row.group else end,
    )
