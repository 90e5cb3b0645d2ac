"""入户: her visit, the door in its hours, 到了 and 结束了 in one tap each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.accounts.access import note, note_again
from backend.common import clock
from backend.common.clock import local_day
from backend.organisations.queries import contact_of
from backend.records.policy import may_sign_in
from backend.rota.models import Assignment, Session
from backend.rota.policy import has_begun
from backend.visits.models import Visit
from backend.visits.operations import begin_visit, find_nobody_home, finish_visit
from backend.visits.policy import (
    address_opens,
    family_agreed,
    goes_alone,
    may_be_inside_yet,
    nobody_opened,
    shows_address,
)
from backend.visits.queries import beside, visit_of_place
from backend.visits.states import VisitState
from backend.volunteers.models import Volunteer
from backend.web.components import Action, Button
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer
from backend.words.changes import called_off
from backend.words.moments import age_band_in_words, when
from backend.words.moments import clock as clock_in_words
from backend.words.visits import TOPICS
from matching import months_completed

CHILD_OPENS = timedelta(hours=24)  # before the start: how old the child is, and what it is about
CHILD_CLOSES = timedelta(days=7)  # after the end
LATE_YET = (VisitState.OPEN, VisitState.PLANNED)  # of a wish: a door that opens late is its own


@for_volunteer
def visit(request: VolunteerRequest, volunteer: Volunteer, assignment_id: int) -> HttpResponse:
    return render(request, "volunteer/visit.html", _page(request, volunteer, assignment_id))


@for_volunteer
def visit_fragment(
    request: VolunteerRequest, volunteer: Volunteer, assignment_id: int
) -> HttpResponse:
    """What there is to know and to do, for a page that has been told of a change."""
    return render(request, "volunteer/_visit.html", _page(request, volunteer, assignment_id))


@for_volunteer
def visit_address(
    request: VolunteerRequest, volunteer: Volunteer, assignment_id: int
) -> HttpResponse:
    """The door, in the visit's own hours; each look is written down, and the family reads it."""
    found, place = _hers(volunteer, assignment_id)
    if not shows_address(found, found.session, clock.now()):
        messages.warning(request, _("现在还看不到门牌，或者已经不用去了"))
        return see_other("volunteer:visit", place.pk)
    note(request.user, "read", f"family:{found.request.family_id}", "address of a visit")
    context = {
        "audience": "volunteer",
        "place": "check_in",
        "assignment": place,
        "address": found.request.address,
        "street": found.request.family.street.name,
    }
    response = render(request, "volunteer/visit_address.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@for_volunteer
def visit_begin(
    request: VolunteerRequest, volunteer: Volunteer, assignment_id: int
) -> HttpResponse:
    """Also where all were said to be out, or nobody to have opened: then they are waited for."""
    found, _place = _hers(volunteer, assignment_id)
    thanks = _("记下了，谢谢你们来")
    if found.is_over:
        thanks = _("记下了，接着等你们的消息")
    return _tap(request, volunteer, assignment_id, begin_visit, thanks)


@require_POST
@for_volunteer
def visit_finish(
    request: VolunteerRequest, volunteer: Volunteer, assignment_id: int
) -> HttpResponse:
    found, _place = _hers(volunteer, assignment_id)
    thanks = _("记下了，谢谢") if _is_off(found) else _("都出来了，辛苦了")
    return _tap(request, volunteer, assignment_id, finish_visit, thanks)


@require_POST
@for_volunteer
def visit_nobody_home(
    request: VolunteerRequest, volunteer: Volunteer, assignment_id: int
) -> HttpResponse:
    return _tap(
        request, volunteer, assignment_id, find_nobody_home, _("记下了，会另约时间。让你们白跑了")
    )


def _tap(
    request: VolunteerRequest,
    volunteer: Volunteer,
    assignment_id: int,
    act: Callable[..., Visit],
    thanks: str,
) -> HttpResponse:
    _found, place = _hers(volunteer, assignment_id)
    with refusals_said(request):
        act(assignment_id=place.pk, actor=request.user, now=clock.now())
        messages.success(request, thanks)
    return see_other("volunteer:visit", place.pk)


def _hers(volunteer: Volunteer, assignment_id: int) -> tuple[Visit, Assignment]:
    found = visit_of_place(volunteer.pk, assignment_id)
    if found is None:
        raise Http404(f"assignment {assignment_id}")
    return found


def _page(request: VolunteerRequest, volunteer: Volunteer, assignment_id: int) -> dict[str, Any]:
    found, place = _hers(volunteer, assignment_id)
    now = clock.now()
    session = found.session
    wanted = not _is_off(found) and (found.request.is_planned or found.is_over)
    agreed = family_agreed(found, session) or found.begun_at is not None or found.is_over
    opens = address_opens(session)
    return {
        "audience": "volunteer",
        "place": "check_in",
        "assignment": place,
        "session": session,
        "visit": found,
        "street": found.request.family.street.name,
        "others": _("、").join(beside(found, volunteer.pk)),
        "about": _about(request, found, now) if wanted else [],
        "door": shows_address(found, session, now),
        "opens": when(opens) if opens and now < opens else "",
        "said": _said(found, session, now, wanted=wanted, agreed=agreed),
        "missing": found.asked_at is not None and not found.is_over,
        "action": _action(found, place, now, wanted=wanted and agreed),
        "inside": _inside(found, place, now),
        "nobody_home": _nobody_home(found, place, now, wanted=wanted and agreed),
        "report": Button(
            label=_("强制报告"),
            href=reverse("volunteer:harm", args=[session.pk]),
            variant="text",
            icon="triangle-alert",
        ),
        "contact": contact_of(place.session.rota.organisation),
        "streams": f"volunteer.{volunteer.pk} session.{session.pk}",
        "here": reverse("volunteer:visit_fragment", args=[place.pk]),
    }


def _is_off(found: Visit) -> bool:
    """It was called off, and nobody had said that they went in."""
    return found.session.state == Session.State.CANCELLED and found.begun_at is None


def _about(request: VolunteerRequest, found: Visit, now: datetime) -> list[str]:
    """What it is about and the child's age band: from the day before until a week after."""
    session = found.session
    child = found.request.child
    if session.starts_at is None or session.ends_at is None:
        return []
    if not session.starts_at - CHILD_OPENS <= now < session.ends_at + CHILD_CLOSES:
        return []
    said = [str(TOPICS[found.request.topic])] if found.request.topic in TOPICS else []
    if child is not None:
        note_again(request.user, f"child:{child.pk}")
        months = months_completed(child.birth_month, local_day(session.starts_at))
        said.append(_("，").join([child.nickname, age_band_in_words(months)]))
    return said


def _said(found: Visit, session: Session, now: datetime, *, wanted: bool, agreed: bool) -> str:
    if _is_off(found):
        return called_off(session.cancelled_because)
    if not wanted and found.begun_at is None:
        return _("这一家不请了，不用去")
    if not wanted:
        return _("这一家不请了。出来了，请点「结束了」")
    if not agreed:
        return _("这一家还没有说时间合适，先别去")
    if found.finished_at and nobody_opened(found, session):
        return _("%(at)s 记下了：没有人开门") % {"at": clock_in_words(found.finished_at)}
    if found.finished_at:
        return _("%(at)s 说了都出来了") % {"at": clock_in_words(found.finished_at)}
    if found.safe_at:
        return _("调度员联系过了，都平安")
    if found.begun_at:
        return _("%(at)s 到了") % {"at": clock_in_words(found.begun_at)}
    if goes_alone(found, session):
        return _("现在只有你一位，先别去。再有一位答应，就能看门牌")
    if has_begun(session, now):
        return _("还没有点「到了」")
    return _("到了门口，点「到了」")


def _action(found: Visit, place: Assignment, now: datetime, *, wanted: bool) -> Action | None:
    """One thing to do: to say that they are there, or that they are out; the second also where the
    family wants none any more, since they may be inside."""
    session = found.session
    if found.is_over:
        return None
    if wanted and found.begun_at is None and may_sign_in(session, now):
        return Action(
            label=_("到了"),
            url=reverse("volunteer:visit_begin", args=[place.pk]),
            icon="check",
            wide=True,
        )
    if found.begun_at is None and not has_begun(session, now):
        return None
    return Action(
        label=_("没有人在里面") if _is_off(found) else _("结束了，都出来了"),
        url=reverse("volunteer:visit_finish", args=[place.pk]),
        icon="check",
        wide=True,
    )


def _inside(found: Visit, place: Assignment, now: datetime) -> Action | None:
    """Where somebody has said that it is over, and it is not."""
    late = found.is_over and found.begun_at is None and found.request.state in LATE_YET
    late = late and not _is_off(found)
    if late and may_sign_in(found.session, now):
        label = _("门开了，我们进去了")
    elif may_be_inside_yet(found, found.session, now):
        label = _("还有人在里面")
    else:
        return None
    return Action(label=label, url=reverse("volunteer:visit_begin", args=[place.pk]), variant="sec")


def _nobody_home(found: Visit, place: Assignment, now: datetime, *, wanted: bool) -> Action | None:
    """The other thing that may be so at the door."""
    at_the_door = found.begun_at is not None or has_begun(found.session, now)
    if found.is_over or not wanted or not at_the_door:
        return None
    question = _("没有大人开门？会记成没去成，另约时间。")
    return Action(
        label=_("没人开门"),
        url=reverse("volunteer:visit_nobody_home", args=[place.pk]),
        variant="text",
        confirm=question,
    )
