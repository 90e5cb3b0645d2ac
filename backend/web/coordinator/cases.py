"""个案: who leads cases opens them, writes down who agrees, proposes helpers and closes them. For
everybody else on this side of the house there are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from backend import words
from backend.access.refusals import NotHers
from backend.accounts.access import note
from backend.cases import operations as act
from backend.cases import queries
from backend.cases.events import subject_of
from backend.cases.models import CareCase, CaseHelper
from backend.cases.states import CaseOutcome, CaseState, LookPurpose
from backend.common import clock
from backend.common.clock import local_day
from backend.common.reading import day, key, keys
from backend.common.refusal import Refusal
from backend.organisations.models import Organisation
from backend.reports.periods import Period
from backend.reports.queries import case_figures, organisation_read
from backend.web.components import Tag
from backend.web.components.base import Tone
from backend.web.coordinator.case_form import CaseForm
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.paging import query_href, searched, turned
from backend.web.methods import filled_in
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.words import cases as said

A_PAGE = 30
Act = Callable[[CoordinatorRequest, CareCase, datetime], str]
TONES: dict[str, Tone] = {
    CaseState.OPENED: "warn",
    CaseState.AGREED: "accent",
    CaseState.HELD: "ok",
}
DESK_PURPOSES = (
    LookPurpose.CONTACT,
    LookPurpose.MEETING,
    LookPurpose.RELATION,
    LookPurpose.RECORD,
    LookPurpose.HANDING,
)


# --- the list -------------------------------------------------------------------------------------
@coordinator
def cases(request: CoordinatorRequest) -> HttpResponse:
    """The cases that she leads, by number."""
    return render(request, "coordinator/cases.html", _desk(request))


@coordinator
def cases_fragment(request: CoordinatorRequest) -> HttpResponse:
    """The list alone, for a page that has been told of a change."""
    return render(request, "coordinator/_cases.html", _desk(request))


def _desk(request: CoordinatorRequest) -> dict[str, Any]:
    leads = bool(queries.offices_of(request.user))
    rows = queries.cases_led(request.user)
    page = turned(request, rows.count(), A_PAGE)
    whose = organisation_read(request.user, None)
    return {
        "place": "cases",
        "leads": leads,
        "rows": [(row, said.KINDS[row.kind], _tag(row)) for row in page.of(rows)],
        "pager": page.pager(query_href(reverse("coordinator:cases")) + "page={page}"),
        "whose": whose,
        "figures": _figures(whose, clock.now()),
        "streams": f"user.{request.user.pk}",
        "here": f"{reverse('coordinator:cases_fragment')}?{urlencode({'page': page.number})}",
    }


def _figures(whose: Organisation, now: datetime) -> list[tuple[str, list[tuple[Any, Any]]]]:
    """By kind and by how they ended, of all months that are over; few are not said, none is left
    out."""
    found = case_figures(whose, Period("all", None, local_day(now)), now)
    if found is None:
        return []
    return [
        (_("登记的"), _named(said.KINDS, found.kinds)),
        (_("怎么结的"), _named(said.OUTCOMES, found.outcomes)),
    ]


def _named(labels: said.Words, many: Mapping[str, int | None]) -> list[tuple[Any, Any]]:
    few = _("少，不写")
    return [(labels[code], few if n is None else n) for code, n in many.items() if n != 0]


def _tag(case: CareCase) -> Tag:
    if case.is_closed:
        return Tag(label=str(said.OUTCOMES[case.outcome]))
    return Tag(label=str(said.STATES[case.state]), tone=TONES[case.state])


# --- one case -------------------------------------------------------------------------------------
@coordinator
def new_case(request: CoordinatorRequest) -> HttpResponse:
    organisations = queries.offices_of(request.user)
    if not organisations:
        raise NotHers
    form = CaseForm(filled_in(request), organisations=organisations)
    if request.method == "POST" and form.is_valid():
        try:
            row = act.open_case(
                organisation=form.keeper, said=form.said(), actor=request.user, now=clock.now()
            )
        except Refusal as refusal:
            field = refusal.facts["field"]
            form.add_error(field if field in form.fields else None, words.refused(refusal))
        else:
            messages.success(request, _("登记好了。双方都同意了，才能推荐人"))
            return see_other("coordinator:case", row.pk)
    context = {"place": "cases", "form": form}
    return render(
        request, "coordinator/new_case.html", context, status=422 if form.is_bound else 200
    )


@coordinator
def case(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """How it stands, nothing that is sealed, and what may be done (a POST with `what`)."""
    row = queries.case_led(request.user, pk)
    if request.method == "POST":
        done = ACTS.get(request.POST.get("what", ""))
        if done is not None:
            with refusals_said(request, you=False):
                messages.success(request, done(request, row, clock.now()))
        return see_other("coordinator:case", row.pk)
    return render(request, "coordinator/case.html", _one(request, row))


@coordinator
def case_fragment(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """How it stands, for a page that has been told of a change."""
    row = queries.case_led(request.user, pk)
    return render(request, "coordinator/_case.html", _one(request, row))


@coordinator
def case_inside(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Names, what it is about and what was written: ?why= says what for, and the log has it."""
    row = queries.case_led(request.user, pk)
    why = request.GET.get("why", "")
    if why not in DESK_PURPOSES:
        return see_other("coordinator:case", row.pk)
    note(request.user, "read", subject_of(row.pk), why)
    context = {
        "place": "cases",
        "case": row,
        "parties": queries.parties_of(row, opened=True),
        "notes": queries.notes_of(row),
        "why": said.PURPOSES[why],
    }
    response = render(request, "coordinator/case_inside.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _one(request: CoordinatorRequest, row: CareCase) -> dict[str, Any]:
    helpers = queries.helpers_of(row)
    live = [one for one in helpers if one.is_proposed or one.reads]
    finds = row.is_agreed or row.is_held
    text = searched(request)
    return {
        "place": "cases",
        "case": row,
        "kind": said.KINDS[row.kind],
        "tag": _tag(row),
        "today": local_day(clock.now()),
        "parties": [(one, said.HOW.get(one.agreed_how, "")) for one in queries.parties_of(row)],
        "proposed": [one for one in live if one.is_proposed],
        "helping": [(one, said.HELPERS[one.state]) for one in live if one.reads],
        "before": [(one, said.HELPERS[one.state]) for one in helpers if one not in live],
        "lacks": finds and sum(one.reads for one in live) < row.helpers_wanted,
        "finds": finds,
        "text": text,
        "found": queries.helpers_found(row, text) if finds else [],
        "meetings": queries.meetings_of_case(row),
        "hows": list(said.HOW.items()),
        "outcomes": said.chosen_outcomes(),
        "purposes": [(code, said.PURPOSES[code]) for code in DESK_PURPOSES],
        "streams": f"user.{request.user.pk}",
        "here": reverse("coordinator:case_fragment", args=[row.pk])
        + (f"?{urlencode({'q': text})}" if text else ""),
    }


# --- what may be done -----------------------------------------------------------------------------
def _agree(request: CoordinatorRequest, row: CareCase, now: datetime) -> str:
    on = day(request.POST.get("on"))
    changed = act.note_case_consent(
        case_id=row.pk,
        side=_side(request, row),
        how=request.POST.get("how", ""),
        on=on or local_day(now),
        actor=request.user,
        now=now,
    )
    if changed.is_agreed:
        return _("都同意了，可以推荐人了")
    return _("记下了")


def _withdraw(request: CoordinatorRequest, row: CareCase, now: datetime) -> str:
    side = _side(request, row)
    act.withdraw_case_consent(case_id=row.pk, side=side, actor=request.user, now=now)
    return _("记下了：马上结案，姓名、电话和写过的都删掉了，只留下号")


def _propose(request: CoordinatorRequest, row: CareCase, now: datetime) -> str:
    chosen = key(request.POST.get("volunteer")) or 0
    if not queries.helpers_in_reach(row).filter(pk=chosen).exists():
        raise act.CaseChoiceRefused(why="choose")
    act.propose_helper(case_id=row.pk, volunteer_id=chosen, actor=request.user, now=now)
    return _("记下了。她还不知道：先请当事人选")


def _choose(request: CoordinatorRequest, row: CareCase, now: datetime) -> str:
    chosen = keys(request.POST.getlist("helper"))
    act.choose_helpers(case_id=row.pk, chosen=chosen, actor=request.user, now=now)
    if chosen:
        return _("问她了：她答应了才算")
    return _("记下了，请另外推荐")


def _hand(request: CoordinatorRequest, row: CareCase, now: datetime) -> str:
    act.hand_over_case(helper_id=_helper(request, row).pk, actor=request.user, now=now)
    return _("不由她办了，会告诉她")


def _note(request: CoordinatorRequest, row: CareCase, now: datetime) -> str:
    words_ = request.POST.get("words", "")
    act.write_case_note(case_id=row.pk, words=words_, actor=request.user, now=now)
    return _("写好了，加密保存")


def _close(request: CoordinatorRequest, row: CareCase, now: datetime) -> str:
    outcome = request.POST.get("outcome", "")
    act.close_case(case_id=row.pk, outcome=outcome, actor=request.user, now=now)
    if outcome == CaseOutcome.VIOLENCE:
        return _("停下了。请马上报警 110，帮她找庇护和告诫书，12338 可以问")
    return _("结案了，会告诉办的人")


def _side(request: CoordinatorRequest, row: CareCase) -> int:
    """Field `side`: one that the case has. Raises CaseMoved."""
    chosen = key(request.POST.get("side")) or 0
    if chosen not in [one.side for one in queries.parties_of(row)]:
        raise act.CaseMoved(state=row.state)
    return chosen


def _helper(request: CoordinatorRequest, row: CareCase) -> CaseHelper:
    """Field `helper`: one of this case. Raises CaseNotHers."""
    chosen = key(request.POST.get("helper")) or 0
    found = next((one for one in queries.helpers_of(row) if one.pk == chosen), None)
    if found is None:
        raise act.CaseNotHers
    return found


ACTS: dict[str, Act] = {
    "agree": _agree,
    "withdraw": _withdraw,
    "propose": _propose,
    "choose": _choose,
    "hand": _hand,
    "note": _note,
    "close": _close,
}
