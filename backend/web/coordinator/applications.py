"""Who registered herself and waits for a yes, and whose number is in question: the lists, and the
answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.accounts import phones
from backend.common import clock
from backend.common.reading import key, yes_or_no
from backend.organisations.models import NumberQuestion
from backend.organisations.queries import own_lists
from backend.planning.queries import register
from backend.records.operations import answer_whose_number
from backend.records.queries.numbers import (
    number_known,
    number_question,
    numbers_in_question,
)
from backend.volunteers.operations import approve, merge_applicant, turn_down
from backend.volunteers.teams import teams_wished_for
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.public.names import name_of
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other


@coordinator
def applications(request: CoordinatorRequest) -> HttpResponse:
    return render(request, "coordinator/applications.html", _waiting(request))


@coordinator
def applications_fragment(request: CoordinatorRequest) -> HttpResponse:
    """The list alone, for a page that has been told of a change."""
    return render(request, "coordinator/_applications.html", _waiting(request))


@coordinator
@require_POST
def answer(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Field `answer`: "yes", or "no" with `reason`, which she reads."""
    row = register.applicant(request.user, pk)
    now = clock.now()
    yes = yes_or_no(request.POST.get("answer"))
    with refusals_said(request, you=False):
        if yes is None:
            messages.warning(request, _("请选一样"))
        elif yes:
            approve(volunteer_id=row.pk, actor=request.user, now=now)
            messages.success(request, _("%(who)s可以接班了") % {"who": row.name})
        else:
            reason = request.POST.get("reason", "")
            turn_down(volunteer_id=row.pk, reason=reason, actor=request.user, now=now)
            messages.success(request, _("回绝了%(who)s，她会看到原因") % {"who": row.name})
    return see_other("coordinator:applications")


@coordinator
@require_POST
def merge(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Field `into`: the row of the register that is she, too; one that the list shows."""
    row = register.applicant(request.user, pk)
    into = key(request.POST.get("into"))
    hers = register.already_listed(request.user, register.applicants(request.user))
    if into not in {one.pk for one in hers.get(row.pk, [])}:
        messages.warning(request, _("请选一样"))
        return see_other("coordinator:applications")
    with refusals_said(request, you=False):
        kept = merge_applicant(volunteer_id=row.pk, into=into, actor=request.user, now=clock.now())
        messages.success(request, _("合成一份了：%(who)s") % {"who": kept.name})
    return see_other("coordinator:applications")


@coordinator
@require_POST
def answer_number(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Field `answer`: "yes", she is who she says, or "no"."""
    row = number_question(request.user, pk)
    yes = yes_or_no(request.POST.get("answer"))
    with refusals_said(request, you=False):
        if yes is None:
            messages.warning(request, _("请选一样"))
        else:
            answer_whose_number(question_id=row.pk, yes=yes, actor=request.user, now=clock.now())
            done = _("好了，她会收到短信") if yes else _("记下了，没有放行")
            messages.success(request, done)
    return see_other("coordinator:applications")


def _question(row: NumberQuestion) -> dict[str, Any]:
    """`instead_of`: the number that a yes would take the place of, masked; "" for none."""
    known = number_known(row.user)
    return {
        "pk": row.pk,
        "name": name_of(row.user),
        "organisation": row.organisation,
        "asked_at": row.asked_at,
        "called": row.called,
        "masked": phones.masked(str(row.number)),
        "instead_of": phones.masked(known) if known not in ("", row.number) else "",
    }


def _waiting(request: CoordinatorRequest) -> dict[str, Any]:
    rows = register.applicants(request.user)
    teams = teams_wished_for([row.volunteer_id for row in rows])
    listed = register.already_listed(request.user, rows)
    return {
        "place": "volunteers",
        "rows": [
            (row, listed[row.volunteer_id], _("、").join(teams.get(row.volunteer_id, [])))
            for row in rows
        ],
        "questions": [_question(row) for row in numbers_in_question(request.user)],
        "paused": register.asking_to_resume(request.user),
        "streams": " ".join(own_lists(request.user)),
    }
