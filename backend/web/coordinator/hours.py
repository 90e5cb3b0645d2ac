"""时长核对: what waits for a word, one person's part in one session, and the answers to what she
says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.access.queries import session_to_change, sessions_hers
from backend.accounts.access import note
from backend.common import clock
from backend.common.reading import whole_number, yes_or_no
from backend.organisations.queries import own_lists
from backend.records.models import BackEntry, Objection
from backend.records.operations import (
    answer_objection,
    ask_back_entry,
    confirm_hours,
    correct_hours,
    decide_back_entry,
    look_at_feedback,
    note_away,
)
from backend.records.policy import most_minutes, suggested_minutes
from backend.records.queries import (
    entries_open,
    history_of,
    missed_sessions,
    objections_open,
    sessions_waiting,
)
from backend.rota.models import Assignment
from backend.rota.policy import is_over
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.paging import page_number, pager
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other

A_PAGE = 10  # sessions


@coordinator
def hours(request: CoordinatorRequest) -> HttpResponse:
    return render(request, "coordinator/hours.html", _desk(request))


@coordinator
def hours_fragment(request: CoordinatorRequest) -> HttpResponse:
    """The desk alone, for a page that has been told of a change."""
    return render(request, "coordinator/_hours.html", _desk(request))


def _desk(request: CoordinatorRequest) -> dict[str, Any]:
    """Ten statements at most, however much waits."""
    number = page_number(request)
    start = A_PAGE * (number - 1)
    waiting, total = sessions_waiting(request.user, clock.now(), start, A_PAGE)
    return {
        "place": "hours",
        "waiting": waiting,
        "total": total,
        "pager": pager(number, max(1, -(-total // A_PAGE))),
        "missed": missed_sessions(sessions_hers(request.user)),
        "objections": objections_open(request.user),
        "entries": entries_open(request.user),
        "streams": " ".join(own_lists(request.user)),
        "here": f"{reverse('coordinator:hours_fragment')}?page={number}",
    }


@coordinator
def hours_of(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """One person's part in one session: everything that was written of it, and what may follow.
    A POST has `what`: confirm, absent, excused, correct or entry, with `minutes` and `reason`."""
    assignment = _assignment(request, pk)
    if request.method == "POST":
        _act(request, assignment)
        return see_other(_back(request, assignment))
    note(request.user, "read", f"volunteer:{assignment.volunteer_id}", f"hours assignment:{pk}")
    history = history_of(assignment)
    attendance = getattr(assignment, "attendance", None)
    session = assignment.session
    context = {
        "place": "hours",
        "assignment": assignment,
        "session": session,
        "attendance": attendance,
        "history": history,
        "decided": assignment.attended is not None,
        "over": is_over(session, clock.now()),
        "suggested": suggested_minutes(attendance, session),
        "most": most_minutes(session),
        "stream": f"session.{session.pk} volunteer.{assignment.volunteer_id}",
    }
    return render(request, "coordinator/hours_of.html", context)


@coordinator
@require_POST
def look(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Of a class she has looked at it that families say that no tutor came."""
    session = session_to_change(request.user, pk)
    look_at_feedback(session_id=session.pk, actor=request.user, now=clock.now())
    messages.success(request, _("好，这一条收起来了；家庭说的还写在场次里"))
    return see_other("coordinator:hours")


@coordinator
@require_POST
def answer(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """To what a volunteer says: `answer`, and `minutes` where hers are to be others."""
    row = Objection.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    _assignment(request, row.assignment_id)
    text = request.POST.get("minutes", "").strip()
    minutes = whole_number(text, high=9999)
    if text and minutes is None:
        messages.warning(request, _("分钟数请写成数字"))
        return see_other("coordinator:hours")

    def answered() -> str:
        answer_objection(
            objection_id=pk,
            answer=request.POST.get("answer", ""),
            minutes=minutes,
            actor=request.user,
            now=clock.now(),
        )
        return _("答复了，她会看到")

    _try(request, answered)
    return see_other("coordinator:hours")


@coordinator
@require_POST
def decide(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Hours that a colleague wants entered: `answer` is yes or no."""
    row = BackEntry.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    _assignment(request, row.assignment_id)
    approve = yes_or_no(request.POST.get("answer"))
    if approve is None:
        messages.warning(request, _("请选一样"))
        return see_other("coordinator:hours")

    def decided() -> str:
        decide_back_entry(entry_id=pk, approve=approve, actor=request.user, now=clock.now())
        if approve:
            return _("批好了，时长记下了")
        return _("没有批，时长不变")

    _try(request, decided)
    return see_other("coordinator:hours")


def _act(request: CoordinatorRequest, assignment: Assignment) -> None:
    what = request.POST.get("what", "")
    act = ACTS.get(what)
    if act is None:
        messages.warning(request, _("请选一样"))
        return
    minutes = whole_number(request.POST.get("minutes"), high=9999)
    if minutes is None:
        if act not in WITHOUT_MINUTES:
            messages.warning(request, _("分钟数请写成数字"))
            return
        minutes = 0
    number = minutes
    reason = request.POST.get("reason", "")
    _try(request, lambda: act(request, assignment, number, reason))


def _confirm(request: CoordinatorRequest, row: Assignment, minutes: int, reason: str) -> str:
    confirm_hours(assignment_id=row.pk, minutes=minutes, actor=request.user, now=clock.now())
    return _("核对好了，%(who)s会收到消息") % {"who": row.volunteer.name}


def _away(excused: bool) -> Callable[[CoordinatorRequest, Assignment, int, str], str]:
    def noted(request: CoordinatorRequest, row: Assignment, minutes: int, reason: str) -> str:
        note_away(
            assignment_id=row.pk,
            excused=excused,
            reason=reason,
            actor=request.user,
            now=clock.now(),
        )
        return _("记下了，%(who)s会看到，也可以说不对") % {"who": row.volunteer.name}

    return noted


def _correct(request: CoordinatorRequest, row: Assignment, minutes: int, reason: str) -> str:
    correct_hours(
        assignment_id=row.pk, minutes=minutes, reason=reason, actor=request.user, now=clock.now()
    )
    return _("改好了：原来那笔冲掉，新的另记一笔，%(who)s会收到消息") % {"who": row.volunteer.name}


def _entry(request: CoordinatorRequest, row: Assignment, minutes: int, reason: str) -> str:
    ask_back_entry(
        assignment_id=row.pk, minutes=minutes, reason=reason, actor=request.user, now=clock.now()
    )
    return _("提交了，等另一位来批")


WITHOUT_MINUTES = (_away(excused=False), _away(excused=True))
ACTS: dict[str, Callable[[CoordinatorRequest, Assignment, int, str], str]] = {
    "confirm": _confirm,
    "absent": WITHOUT_MINUTES[0],
    "excused": WITHOUT_MINUTES[1],
    "correct": _correct,
    "entry": _entry,
}


def _try(request: CoordinatorRequest, act: Callable[[], str]) -> None:
    with refusals_said(request, you=False):
        messages.success(request, act())


def _back(request: CoordinatorRequest, assignment: Assignment) -> str:
    """The desk, when the form stood there."""
    if request.POST.get("at") == "desk":
        return reverse("coordinator:hours")
    return reverse("coordinator:hours_of", args=[assignment.pk])


def _assignment(request: CoordinatorRequest, pk: int) -> Assignment:
    """Raises Http404, and what session_to_change() raises."""
    rows = Assignment.objects.filter(pk=pk)
    beside = ("volunteer", "shift__role", "session__venue", "attendance")
    assignment = rows.select_related(*beside).first()
    if assignment is None or assignment.session.starts_at is None:
        raise Http404
    session_to_change(request.user, assignment.session_id)
    return assignment
