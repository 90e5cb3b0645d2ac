"""请老师上门: a family asks for a visit at home, sees how far it is, changes it or wants it no
more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from backend import words
from backend.accounts.purposes import ConsentPurpose
from backend.common import clock
from backend.common.clock import local_day
from backend.common.fields import DayField, LineField
from backend.common.reading import whole_number
from backend.common.refusal import Refusal
from backend.families.models import Child, Family
from backend.families.policy import is_served_age
from backend.families.queries import children_agreed_to
from backend.visits.models import VisitRequest
from backend.visits.operations import (
    VisitMoved,
    VisitWords,
    ask_for_visit,
    change_visit_wish,
    drop_visit_wish,
)
from backend.visits.operations.requests import LONGEST
from backend.visits.policy import AHEAD
from backend.visits.queries import children_with_a_wish
from backend.web.components import Action, Button
from backend.web.family.confirm import ask, was_asked
from backend.web.family.consents import BY_KEY
from backend.web.family.guard import for_family, is_agreed, own_children
from backend.web.family.ticket import CALLING_OFF, THEY_ARE_HERE
from backend.web.family.visit_cards import visit_card
from backend.web.methods import filled_in
from backend.web.own_fields import chooser
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.words.visits import PARTS, TOPICS


class VisitForm(forms.Form):
    """What it is about is chosen, not written: nothing of a child can stand here."""

    topic = forms.ChoiceField(
        label=gettext_lazy("想聊什么"), choices=[("", gettext_lazy("请选一样")), *TOPICS.items()]
    )
    parts = forms.MultipleChoiceField(
        label=gettext_lazy("你们什么时候在家"),
        choices=list(PARTS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请至少选一个你们在家的时间")},
    )
    first_day = DayField(label=gettext_lazy("从哪天起"))
    last_day = DayField(label=gettext_lazy("到哪天为止"))
    address = LineField(label=gettext_lazy("门牌"), max_length=LONGEST)
    guardian_present = forms.BooleanField(
        label=gettext_lazy("老师上门时，家里有一位大人一直在场"),
        error_messages={"required": gettext_lazy("老师上门时，家里要有一位大人一直在场")},
    )

    def said(self) -> VisitWords:
        fields = {name: self.cleaned_data[name] for name in VisitForm.base_fields}
        return VisitWords(**fields)


class NewVisitForm(VisitForm):
    """For one child, with the consent that a visit needs by itself."""

    child = forms.ChoiceField(label=gettext_lazy("为哪个孩子"))
    visit = forms.BooleanField(
        label=BY_KEY["visit"].title,  # type: ignore[arg-type]
        required=False,
    )
    field_order = ("child", *VisitForm.base_fields, "visit")

    def __init__(self, *args: Any, children: list[Child], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(child.pk), child.nickname) for child in children]
        chooser(self, "child").choices = named


def _why_none(family: Family) -> str:
    """None of her children may be visited now: one is asked for already, or all are too old."""
    if children_with_a_wish(family):
        return _("已经请过了，等这一次结束再请")
    return _("满 3 岁的孩子不再上门")


@for_family
def ask_visit(request: HttpRequest, family: Family) -> HttpResponse:
    """GET asks what there is to know; POST sends it."""
    now = clock.now()
    children = own_children(family)
    free = may_be_visited(children, children_with_a_wish(family), now)
    if request.method != "POST":
        if children and not free:
            messages.warning(request, _why_none(family))
            return redirect(reverse("family:bookings") + "#visits")
        children = free
    initial = _from(local_day(now)) | {"child": request.GET.get("child", "")}
    form = NewVisitForm(filled_in(request), initial=initial, children=children)
    if request.method == "POST" and form.is_valid():
        ticked = {"visit"} if form.cleaned_data["visit"] else set()
        try:
            ask_for_visit(
                family_id=family.pk,
                child_id=int(form.cleaned_data["child"]),
                said=form.said(),
                consents=ticked,
                actor=family.user,
                now=now,
            )
        except Refusal as refusal:
            _put_right(form, refusal)
        else:
            messages.success(request, _("记下了。定了时间，会先问你们合不合适"))
            return see_other(reverse("family:bookings") + "#visits")
    context = {
        "audience": "family",
        "place": "bookings",
        "form": form,
        "children": children,
        "purpose": BY_KEY["visit"],
        "agreed": _agreed(family, children),
    }
    return render(request, "family/ask_visit.html", context, status=422 if form.is_bound else 200)


def may_be_visited(
    children: list[Child], asked: Collection[int | None], now: datetime
) -> list[Child]:
    """Those for whom she can ask: nothing is under way (`asked`), and, where it may be looked at,
    their age is served."""
    today = local_day(now)
    return [
        child
        for child in children
        if child.pk not in asked
        and (not is_agreed(child) or is_served_age(child.birth_month, today))
    ]


@for_family
def visit(request: HttpRequest, family: Family, request_id: int) -> HttpResponse:
    """One wish: how far it is, and what can be done about it."""
    row = own_request(family, request_id)
    context = {"audience": "family", "place": "bookings", "row": row}
    return render(request, "family/visit.html", context | _state(row, clock.now()))


@for_family
def change_visit(request: HttpRequest, family: Family, request_id: int) -> HttpResponse:
    """While no time is set it can be said anew (POST, with `version`)."""
    row = own_request(family, request_id)
    if request.method != "POST" and not row.is_open:
        return redirect("family:visit", row.pk)
    form = VisitForm(filled_in(request), initial=_as_said(row))
    if request.method == "POST" and form.is_valid():
        try:
            change_visit_wish(
                family_id=family.pk,
                request_id=row.pk,
                version=whole_number(request.POST.get("version"), low=0) or 0,
                said=form.said(),
                actor=family.user,
                now=clock.now(),
            )
            messages.success(request, _("改好了"))
            return see_other("family:visit", row.pk)
        except VisitMoved as refusal:
            messages.warning(request, words.refused(refusal))
            return see_other("family:visit", row.pk)
        except Refusal as refusal:
            _put_right(form, refusal)
    context = {"audience": "family", "place": "bookings", "form": form, "row": row}
    status = 422 if form.is_bound else 200
    return render(request, "family/change_visit.html", context, status=status)


@for_family
def visit_fragment(request: HttpRequest, family: Family, request_id: int) -> HttpResponse:
    """How far it is, for a page that has been told of a change."""
    row = own_request(family, request_id)
    return render(request, "family/_visit.html", {"row": row} | _state(row, clock.now()))


@require_POST
@for_family
def cancel_visit(request: HttpRequest, family: Family, request_id: int) -> HttpResponse:
    row = own_request(family, request_id)
    if row.is_planned and not was_asked(request):
        return ask(
            request,
            question=_question(row),
            yes=_("取消上门"),
            back=reverse("family:visit", args=[row.pk]),
            place="bookings",
        )
    here = row.is_planned and _are_here(row)
    with refusals_said(request):
        drop_visit_wish(family_id=family.pk, request_id=row.pk, actor=family.user, now=clock.now())
        said = {True: _("好的，不请了。请当面跟老师说一声"), False: _("好的，取消了")}
        messages.success(request, said[here])
    return see_other(reverse("family:bookings") + "#visits")


def own_request(family: Family, request_id: int) -> VisitRequest:
    rows = VisitRequest.objects.filter(family=family, pk=request_id)
    row = rows.select_related("child").prefetch_related("visits__session__bookings").first()
    if row is None:
        raise Http404(f"visit request {request_id}")
    return row


def _state(row: VisitRequest, now: datetime) -> dict[str, Any]:
    cancel = Action(
        label=_("取消上门") if row.is_planned else _("不请了"),
        url=reverse("family:cancel_visit", args=[row.pk]),
        variant="text",
        confirm=_question(row) if row.is_planned else "",
    )
    change = Button(label=_("改一改"), href=reverse("family:change_visit", args=[row.pk]))
    return {
        "card": visit_card(row, now),
        "change": change if row.is_open else None,
        "cancel": cancel if row.is_open or row.is_planned else None,
        "streams": f"family.{row.family_id}",
    }


def _question(row: VisitRequest) -> str:
    if not row.is_planned:
        return ""
    if _are_here(row):
        return str(THEY_ARE_HERE)
    return str(CALLING_OFF)


def _are_here(row: VisitRequest) -> bool:
    """They have said so, and nobody that they are out. Reads its visits."""
    visit = max(row.visits.all(), key=lambda one: one.pk, default=None)
    return visit is not None and visit.begun_at is not None and not visit.is_over


def _agreed(family: Family, children: list[Child]) -> bool:
    """Each of them has the yes to a visit already."""
    given = children_agreed_to(family, ConsentPurpose.VISIT)
    return bool(children) and all(child.pk in given for child in children)


def _from(today: date) -> dict[str, Any]:
    return {"first_day": today, "last_day": today + AHEAD / 2}


def _as_said(row: VisitRequest) -> dict[str, Any]:
    return {
        "topic": row.topic,
        "parts": row.parts,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "address": row.address,
    }


def _put_right(form: forms.Form, refusal: Refusal) -> None:
    """At the field that it is about."""
    field = refusal.facts.get("field") or {"visit": "visit"}.get(
        refusal.facts.get("purpose", ""), "child"
    )
    form.add_error(field if field in form.fields else None, words.refused(refusal))
