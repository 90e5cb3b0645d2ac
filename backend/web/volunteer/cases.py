"""A case on a helper's phone: a number, when they meet next, and what she does in it. Names and
what was written stand on a page of their own, which asks what for."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend import words
from backend.accounts.access import note
from backend.cases import operations as act
from backend.cases import queries
from backend.cases.events import subject_of
from backend.cases.models import CaseHelper
from backend.cases.operations.working import WORDS
from backend.cases.states import LookPurpose
from backend.common import clock
from backend.common.clock import LOCAL, local_day
from backend.common.refusal import Refusal
from backend.organisations.queries import contact_of
from backend.volunteers.models import Volunteer
from backend.web.methods import filled_in
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer
from backend.web.volunteer.pairs import MINUTES, WhenForm
from backend.words import cases as said

ASKED_PURPOSES = (LookPurpose.RELATION,)
HELPING_PURPOSES = (LookPurpose.CONTACT, LookPurpose.MEETING, LookPurpose.RECORD)


class MetForm(WhenForm):
    minutes = forms.TypedChoiceField(
        label=gettext_lazy("多久"), coerce=int, choices=MINUTES, widget=forms.RadioSelect
    )


@for_volunteer
def case(request: VolunteerRequest, volunteer: Volunteer, pk: int) -> HttpResponse:
    """A POST with `what`: yes (with `relation`), no, next, met, note (with `words`) or leave."""
    row = _hers(volunteer, pk)
    now = clock.now()
    what = request.POST.get("what", "")
    sent = _sent(request, what)
    if sent is not None and sent.is_valid():
        try:
            return _written(request, volunteer, row, sent, now)
        except Refusal as refusal:
            field = refusal.facts.get("field", "day")
            sent.add_error(field if field in sent.fields else "day", words.refused(refusal))
    if sent is None and request.method == "POST":
        with refusals_said(request):
            _answered(request, volunteer, row, what, now)
        return see_other("volunteer:case", row.case_id)
    context = _page(volunteer, row, now)
    if sent is not None:
        context |= {what: sent}
    return render(request, "volunteer/case.html", context, status=422 if sent is not None else 200)


@for_volunteer
def case_fragment(request: VolunteerRequest, volunteer: Volunteer, pk: int) -> HttpResponse:
    """How it stands, for a page that has been told of a change."""
    row = _hers(volunteer, pk)
    return render(request, "volunteer/_case.html", _page(volunteer, row, clock.now()))


@for_volunteer
def case_inside(request: VolunteerRequest, volunteer: Volunteer, pk: int) -> HttpResponse:
    """Who it is, and, for who helps, what was written: ?why= says what for, and the log has it."""
    row = _hers(volunteer, pk)
    why = request.GET.get("why", "")
    if not row.reads or why not in _purposes(row):
        return see_other("volunteer:case", row.case_id)
    note(request.user, "read", subject_of(row.case_id), why)
    context = {
        "audience": "volunteer",
        "place": "mine",
        "case": row.case,
        "parties": queries.parties_of(row.case, opened=True),
        "whole": row.is_helping,
        "notes": queries.notes_of(row.case) if row.is_helping else [],
    }
    response = render(request, "volunteer/case_inside.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _answered(
    request: VolunteerRequest, volunteer: Volunteer, row: CaseHelper, what: str, now: datetime
) -> None:
    """Whatever is sent without a form of days."""
    hers: dict[str, Any] = {"helper_id": row.pk, "actor": request.user, "now": now}
    hers["volunteer_id"] = volunteer.pk
    if what == "yes":
        found = act.accept_case(relation=request.POST.get("relation", ""), **hers)
        if found.is_helping:
            messages.success(request, _("谢谢你，这件由你来办"))
        else:
            messages.info(request, _("谢谢你说出来。这件由别人办，不影响你"))
    elif what == "no":
        act.decline_case(**hers)
        messages.info(request, _("好的，谢谢你告诉我们"))
    elif what == "leave":
        act.hand_over_case(**hers)
        messages.info(request, _("好的，交出去了。谢谢你"))
    elif what == "note":
        act.write_own_note(words=request.POST.get("words", ""), **hers)
        messages.success(request, _("写好了，加密保存"))


def _written(
    request: VolunteerRequest, volunteer: Volunteer, row: CaseHelper, sent: WhenForm, now: datetime
) -> HttpResponse:
    hers: dict[str, Any] = {"helper_id": row.pk, "actor": request.user, "now": now}
    hers["volunteer_id"] = volunteer.pk
    if isinstance(sent, MetForm):
        minutes = sent.cleaned_data["minutes"]
        act.tell_case_meeting(began_at=sent.moment, minutes=minutes, **hers)
        messages.success(request, _("记下了，辛苦了。时长等调度员核对"))
    else:
        act.set_case_meeting(at=sent.moment, **hers)
        messages.success(request, _("记下了"))
    return see_other("volunteer:case", row.case_id)


def _sent(request: VolunteerRequest, what: str) -> WhenForm | None:
    """The form that was sent; None: something else was, or nothing."""
    if what == "next":
        return WhenForm(filled_in(request), prefix=what)
    if what == "met":
        return MetForm(filled_in(request), prefix=what)
    return None


def _hers(volunteer: Volunteer, pk: int) -> CaseHelper:
    row = queries.own_case(volunteer.pk, pk)
    if row is None:
        raise Http404(f"case {pk}")
    return row


def _purposes(row: CaseHelper) -> tuple[LookPurpose, ...]:
    return HELPING_PURPOSES if row.is_helping else ASKED_PURPOSES


def _page(volunteer: Volunteer, row: CaseHelper, now: datetime) -> dict[str, Any]:
    """Nothing that is sealed."""
    here = now.astimezone(LOCAL)
    next_at = row.case.next_at
    ahead: dict[str, Any] = {"day": here.date(), "at": time(15, 0)}
    if next_at is not None:
        ahead = {"day": local_day(next_at), "at": next_at.astimezone(LOCAL).time()}
    return {
        "audience": "volunteer",
        "place": "mine",
        "helper": row,
        "case": row.case,
        "kind": said.KINDS[row.case.kind],
        "over": "" if row.reads else said.HELPERS[row.state],
        "relations": list(said.RELATIONS.items()),
        "purposes": [(code, said.PURPOSES[code]) for code in _purposes(row)],
        "meetings": row.meetings.select_related("place").order_by("-began_at"),
        "next": WhenForm(initial=ahead, prefix="next"),
        "met": MetForm(initial={"day": here.date(), "at": ""}, prefix="met"),
        "longest": WORDS,
        "contact": contact_of(row.case.organisation),
        "streams": f"volunteer.{volunteer.pk}",
        "here": reverse("volunteer:case_fragment", args=[row.case_id]),
    }
