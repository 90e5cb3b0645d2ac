"""签到: her sessions of today, each with the one thing to do now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.common import clock
from backend.common.reading import moment
from backend.records.codes import CodeProof, read_proof
from backend.records.models import Attendance
from backend.records.operations import sign_in_by_code, sign_in_by_proof, sign_out
from backend.records.policy import may_sign_in, may_sign_out, minutes_between, opens_at
from backend.records.queries import Expected, leaders_of, today_of
from backend.rota.models import Assignment, Session
from backend.rota.policy import is_over, is_visit
from backend.volunteers.models import Volunteer
from backend.web.components import Button, EmptyState
from backend.web.kept import kept
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.web.volunteer.cards import place_of
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer
from backend.words.moments import clock as clock_in_words
from backend.words.moments import in_hours


@dataclass(frozen=True)
class CheckIn:
    """One session of today. step: early, open, here, done, missed, decided; `said`: how far it is;
    `proof`: what she scanned a moment ago, where it fits."""

    assignment: Assignment
    place: str
    step: str
    said: str
    note: str
    proof: str
    leaders: str
    leads: bool
    at_home: bool = False

    @property
    def session(self) -> Session:
        return self.assignment.session

    @property
    def may_type(self) -> bool:
        return self.step == "open" and not self.proof and not self.at_home

    @property
    def may_type_later(self) -> bool:
        """Shown only where the page was kept: she may have come since."""
        return self.step == "early" and not self.at_home

    @property
    def may_go_later(self) -> bool:
        """Shown only where the page was kept: the code that she typed may wait on her phone."""
        return self.step in ("early", "open") and not self.at_home

    @property
    def is_here(self) -> bool:
        return self.step == "here"

    @property
    def was_missed(self) -> bool:
        return self.step == "missed"

    @property
    def is_done(self) -> bool:
        return self.step in ("done", "decided")


@for_volunteer
def check_in(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    context = _today(volunteer, request.GET.get("proof", ""), clock.now())
    context |= {
        "audience": "volunteer",
        "place": "check_in",
        "organisation_name": volunteer.organisation.name,
    }
    return kept(request, render(request, "volunteer/check_in.html", context))


@for_volunteer
def check_in_fragment(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """The cards alone."""
    context = _today(volunteer, request.GET.get("proof", ""), clock.now())
    return render(request, "volunteer/_check_in.html", context)


@require_POST
@for_volunteer
def check_in_now(
    request: VolunteerRequest, volunteer: Volunteer, assignment_id: int
) -> HttpResponse:
    """Field `proof` of what she scanned, or `code` that she typed; `at`: when, in seconds of the
    Unix clock, where her phone kept it until there was a network."""
    pk = _own(volunteer, assignment_id)
    proof = request.POST.get("proof", "")
    now = clock.now()

    def arrive() -> Attendance:
        if proof:
            return sign_in_by_proof(assignment_id=pk, text=proof, actor=request.user, now=now)
        code = request.POST.get("code", "")
        at = moment(request.POST.get("at"))
        return sign_in_by_code(assignment_id=pk, typed=code, actor=request.user, now=now, at=at)

    return _done(request, arrive, _("签到好了，谢谢你来"))


@require_POST
@for_volunteer
def check_out(request: VolunteerRequest, volunteer: Volunteer, assignment_id: int) -> HttpResponse:
    """Field `at`: as above."""
    pk = _own(volunteer, assignment_id)
    how = Attendance.How.CODE
    at = moment(request.POST.get("at"))

    def go() -> Attendance:
        return sign_out(assignment_id=pk, how=how, actor=request.user, now=clock.now(), at=at)

    return _done(request, go, _("签退好了，今天辛苦了"))


def _done(request: VolunteerRequest, act: Callable[[], Attendance], thanks: str) -> HttpResponse:
    with refusals_said(request):
        act()
        messages.success(request, thanks)
    return see_other("volunteer:check_in")


def _own(volunteer: Volunteer, assignment_id: int) -> int:
    if not Assignment.objects.filter(pk=assignment_id, volunteer=volunteer).exists():
        raise Http404(f"assignment {assignment_id}")
    return assignment_id


def _today(volunteer: Volunteer, text: str, now: datetime) -> dict[str, Any]:
    """Two statements."""
    today = today_of(volunteer.pk, now)
    leaders = leaders_of([one.assignment.session_id for one in today])
    proof = read_proof(text, now)
    query = f"?proof={text}" if proof else ""
    cards = [_card(one, volunteer, proof, text, leaders, now) for one in today]
    led = [card.session.pk for card in cards if card.leads]
    return {
        "cards": cards,
        "lists": " ".join(reverse("volunteer:lead", args=[pk]) for pk in led),
        "volunteer_stream": " ".join(
            [
                f"volunteer.{volunteer.pk}",
                *(f"session.{one.assignment.session_id}" for one in today),
            ]
        ),
        "check_in_url": reverse("volunteer:check_in_fragment") + query,
        "empty": EmptyState(
            title=_("今天没有你的班"),
            text=_("有班的那天，从开始前一会儿起，在这里签到。"),
            action=Button(label=_("看我的班表"), href=reverse("volunteer:mine")),
        ),
    }


def _card(
    one: Expected,
    volunteer: Volunteer,
    proof: CodeProof | None,
    text: str,
    leaders: dict[int, list[str]],
    now: datetime,
) -> CheckIn:
    assignment = one.assignment
    session = assignment.session
    leads = assignment.shift.role.leads
    others = [name for name in leaders.get(session.pk, []) if name != volunteer.name]
    step = _step(one, session, now)
    return CheckIn(
        assignment=assignment,
        place=place_of(session),
        step=step,
        said=_said(step, one, session),
        note=_note(step, one, session, now),
        proof=text if step == "open" and _fits(proof, session) else "",
        leaders=_("、").join(others),
        leads=leads,
        at_home=is_visit(session),
    )


def _fits(proof: CodeProof | None, session: Session) -> bool:
    if proof is None:
        return False
    of_place = proof.venue is not None and proof.venue == session.venue_id
    return proof.session == session.pk or of_place


def _step(one: Expected, session: Session, now: datetime) -> str:
    if one.is_decided:
        return "decided"
    if one.has_left:
        return "done"
    if one.is_here:
        if may_sign_out(session, now):
            return "here"
        return "missed"
    if may_sign_in(session, now):
        return "open"
    if is_over(session, now):
        return "missed"
    return "early"


def _said(step: str, one: Expected, session: Session) -> str:
    opens = opens_at(session)
    attendance = one.attendance
    if step == "early" and opens is not None:
        return _("%(opens)s 起可以签到") % {"opens": clock_in_words(opens)}
    if attendance is None or attendance.came_at is None:
        if step == "missed":
            return _("没有签到")
        return _("到了就签到")
    came = clock_in_words(attendance.came_at)
    if attendance.left_at is None:
        return _("已签到 %(came)s") % {"came": came}
    return _("%(came)s 到 %(left)s") % {"came": came, "left": clock_in_words(attendance.left_at)}


def _note(step: str, one: Expected, session: Session, now: datetime) -> str:
    attendance = one.attendance
    if step == "here" and session.ends_at is not None and not is_over(session, now):
        return _("%(end)s 结束后再点，时长才记得准。") % {"end": clock_in_words(session.ends_at)}
    if step == "missed":
        return _("在「我的时长」里补说一句几点到、几点走，核对后就算进你的时长。")
    if step == "done" and attendance is not None:
        minutes = minutes_between(session, attendance.came_at, attendance.left_at)
        return _("记 %(hours)s，等带队或调度员核对后算进你的时长。") % {"hours": in_hours(minutes)}
    if step == "decided":
        return _("核对过了，结果在「我的时长」里。")
    return ""
