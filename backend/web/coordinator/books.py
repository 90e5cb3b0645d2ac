"""What is entered in a project: money, people reached, partners, sessions; and taken off again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.access.queries import session_to_change
from backend.common import clock
from backend.common.clock import local_day
from backend.common.fields import DayField, LineField, said
from backend.common.reading import key
from backend.common.refusal import Refusal
from backend.projects import operations
from backend.projects.models import Money, Partner, Partnership, Project, ReachEntry
from backend.projects.policy import INCOMING, MOST_FEN, MOST_PEOPLE, OUTGOING
from backend.projects.queries import (
    book_of,
    partners_named,
    project_to_change,
    sessions_to_add,
)
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.paging import searched
from backend.web.methods import filled_in
from backend.web.own_fields import chooser, own
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.web.streets import streets_under
from backend.words import refused

FEN = 100
MOST_FOUND = 30
PURSES = [
    (gettext_lazy("收到"), said((one.value, one.label) for one in INCOMING)),
    (gettext_lazy("花出"), said((one.value, one.label) for one in OUTGOING)),
]


class MoneyForm(forms.Form):
    purse = forms.ChoiceField(label=gettext_lazy("哪里来的，花在哪里"), choices=PURSES)
    yuan = forms.DecimalField(
        label=gettext_lazy("多少元"), max_value=MOST_FEN // FEN, decimal_places=2, min_value=0
    )
    partner = forms.ModelChoiceField(
        label=gettext_lazy("谁给的"),
        queryset=Partner.objects.none(),
        required=False,
        empty_label=gettext_lazy("不写"),
    )
    on = DayField(label=gettext_lazy("哪一天"))
    note = LineField(label=gettext_lazy("说明"), max_length=120, required=False)


class ReachForm(forms.Form):
    who = forms.ChoiceField(label=gettext_lazy("帮到了谁"), choices=said(ReachEntry.Who.choices))
    times = forms.IntegerField(label=gettext_lazy("多少人次"), min_value=1, max_value=MOST_PEOPLE)
    people = forms.IntegerField(
        label=gettext_lazy("其中不同的人"), min_value=1, max_value=MOST_PEOPLE, required=False
    )
    street = forms.ChoiceField(label=gettext_lazy("住在哪里"), required=False)
    on = DayField(label=gettext_lazy("哪一天"))
    note = LineField(label=gettext_lazy("说明"), max_length=120, required=False)


class PartForm(forms.Form):
    partner = forms.ModelChoiceField(
        label=gettext_lazy("哪个单位"),
        queryset=Partner.objects.none(),
        empty_label=gettext_lazy("请选一个"),
    )
    task = forms.ChoiceField(label=gettext_lazy("做什么"), choices=said(Partnership.Task.choices))


class ReverseForm(forms.Form):
    why = LineField(label=gettext_lazy("为什么冲掉"), max_length=120)


def _today() -> dict[str, Any]:
    return {"on": local_day(clock.now())}


def _shown(
    request: CoordinatorRequest, form: forms.Form, project: Project, **more: Any
) -> HttpResponse:
    context = {"place": "projects", "form": form, "project": project, **more}
    status = 422 if form.is_bound else 200
    return render(request, "coordinator/project_entry.html", context, status=status)


def _refuse(form: forms.Form, refusal: Refusal, names: dict[str, str] | None = None) -> None:
    """Beside the field that it is about."""
    field = refusal.facts.get("field")
    field = (names or {}).get(field or "", field)
    form.add_error(field if field in form.fields else None, refused(refusal, you=False))


@coordinator
def money(request: CoordinatorRequest, pk: int) -> HttpResponse:
    project = project_to_change(request.user, pk)
    form = MoneyForm(filled_in(request), initial=_today())
    own(form, "partner", forms.ModelChoiceField).queryset = partners_named(request.user)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            operations.note_money(
                project_id=pk,
                purse=said["purse"],
                fen=int(said["yuan"] * FEN),
                on=said["on"],
                note=said["note"] or "",
                partner=said["partner"],
                actor=request.user,
                now=clock.now(),
            )
            messages.success(request, _("记好了"))
            return see_other("coordinator:project", pk)
        except Refusal as refusal:
            _refuse(form, refusal, {"fen": "yuan"})
    return _shown(request, form, project, heading=_("记一笔钱"))


@coordinator
def reach(request: CoordinatorRequest, pk: int) -> HttpResponse:
    project = project_to_change(request.user, pk)
    form = ReachForm(filled_in(request), initial=_today())
    code = project.organisation.division_id or ""
    chooser(form, "street").choices = [("", _("不写")), *streets_under([code])]
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            operations.note_reach(
                project_id=pk,
                who=said["who"],
                times=said["times"],
                people=said["people"],
                division_id=said["street"] or None,
                on=said["on"],
                note=said["note"] or "",
                actor=request.user,
                now=clock.now(),
            )
            messages.success(request, _("记好了"))
            return see_other("coordinator:project", pk)
        except Refusal as refusal:
            _refuse(form, refusal)
    hint = _("平台里的场次不用再报，已经自动算进去")
    return _shown(request, form, project, heading=_("报受益的人"), hint=hint)


@coordinator
def parts(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """POST adds a partner, or with `remove` takes one out."""
    project = project_to_change(request.user, pk)
    gone = key(request.POST.get("remove"))
    form = PartForm(filled_in(request) if gone is None else None)
    own(form, "partner", forms.ModelChoiceField).queryset = partners_named(request.user)
    who: dict[str, Any] = {"project_id": pk, "actor": request.user, "now": clock.now()}
    try:
        if gone is not None:
            operations.remove_part(part_id=gone, **who)
            return see_other("coordinator:project_parts", pk)
        if request.method == "POST" and form.is_valid():
            operations.add_part(**form.cleaned_data, **who)
            messages.success(request, _("加上了"))
            return see_other("coordinator:project_parts", pk)
    except Refusal as refusal:
        _refuse(form, refusal)
    own_parts = project.parts.select_related("partner").order_by("task", "pk")
    return _shown(request, form, project, heading=_("合作单位"), parts=own_parts)


@coordinator
def sessions(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """?q= finds sessions by title; POST puts one in (`add`) or takes one out (`remove`)."""
    project = project_to_change(request.user, pk)
    text = searched(request)
    if request.method == "POST":
        _move_session(request, pk)
        return see_other("coordinator:project_sessions", pk)
    found = sessions_to_add(request.user, text)[:MOST_FOUND] if text else None
    context = {
        "place": "projects",
        "project": project,
        "sessions": book_of(project).sessions,
        "found": found,
        "text": text,
    }
    return render(request, "coordinator/project_sessions.html", context)


def _move_session(request: CoordinatorRequest, pk: int) -> None:
    new = key(request.POST.get("add"))
    gone = key(request.POST.get("remove"))
    who: dict[str, Any] = {"project_id": pk, "actor": request.user, "now": clock.now()}
    with refusals_said(request, you=False):
        if new is not None:
            session = session_to_change(request.user, new)
            operations.add_session_to(session=session, **who)
            messages.success(request, _("放进来了"))
        elif gone is not None:
            operations.remove_session_from(session_id=gone, **who)
            messages.success(request, _("拿出去了"))
        else:
            messages.warning(request, _("请选一场"))


@coordinator
def reverse_money(request: CoordinatorRequest, pk: int) -> HttpResponse:
    row = Money.objects.select_related("project").filter(pk=pk).first()
    return _reverse(request, row, operations.reverse_money)


@coordinator
def reverse_reach(request: CoordinatorRequest, pk: int) -> HttpResponse:
    row = ReachEntry.objects.select_related("project").filter(pk=pk).first()
    return _reverse(request, row, operations.reverse_reach)


def _reverse(request: CoordinatorRequest, row: Money | ReachEntry | None, act: Any) -> HttpResponse:
    """GET asks why; POST enters the reversal. Both lines stay to be read."""
    if row is None:
        raise Http404
    project = project_to_change(request.user, row.project_id)
    form = ReverseForm(filled_in(request))
    if request.method == "POST" and form.is_valid():
        try:
            act(entry_id=row.pk, actor=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, _("冲掉了，两笔都留着"))
            return see_other("coordinator:project", project.pk)
        except Refusal as refusal:
            _refuse(form, refusal)
    return _shown(request, form, project, heading=_("冲掉这一笔"), entry=row)
