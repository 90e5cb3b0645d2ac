"""我的时长: every session that is over with how far it is, by months; what she says to one of them;
and all of it to take along."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend import words
from backend.common import clock
from backend.common.clock import LOCAL
from backend.common.fields import LineField
from backend.common.reading import whole_number
from backend.common.refusal import Refusal
from backend.exchange.files import guarded
from backend.organisations.queries import contact_of
from backend.proofs import sheet
from backend.proofs.queries import minutes_reported, star_card
from backend.records.models import Attendance
from backend.records.operations import object_to, say_afterwards
from backend.records.operations.objecting import LONGEST
from backend.records.queries import HoursLine, history_of, lines_of, minutes_served, years_of
from backend.rota.models import Assignment, Session
from backend.rota.policy import is_over
from backend.volunteers.models import Volunteer
from backend.web.see_other import see_other
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer
from backend.words.moments import in_hours


@dataclass(frozen=True)
class HoursMonth:
    """One month: its lines, how many of them count, and their minutes."""

    number: int
    lines: list[HoursLine]

    @property
    def served(self) -> int:
        return sum(line.was_there for line in self.lines)

    @property
    def hours(self) -> str:
        return in_hours(sum(line.minutes for line in self.lines))


class TimesSaid(forms.Form):
    """From when to when she was there, on the session's day."""

    came = forms.TimeField(
        label=gettext_lazy("几点到的"), widget=forms.TimeInput({"type": "time"}, "%H:%M")
    )
    left = forms.TimeField(
        label=gettext_lazy("几点走的"), widget=forms.TimeInput({"type": "time"}, "%H:%M")
    )


class Objecting(forms.Form):
    text = LineField(label=gettext_lazy("哪里不对"), max_length=LONGEST)


@for_volunteer
def hours(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    context = _year(volunteer, request.GET.get("year"), clock.now())
    context |= {
        "audience": "volunteer",
        "place": "me",
        "organisation_name": volunteer.organisation.name,
    }
    return render(request, "volunteer/hours.html", context)


@for_volunteer
def hours_fragment(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """The lines alone."""
    context = _year(volunteer, request.GET.get("year"), clock.now())
    return render(request, "volunteer/_hours.html", context)


@for_volunteer
def hours_file(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """All her hours, a line a session, in the order of columns that the national system's sheets
    have; for a spreadsheet."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="moli-{volunteer.number}.csv"'
    answer.write("\ufeff")  # without it Excel takes the file for another encoding
    out = csv.writer(answer)
    out.writerow(sheet.HEADINGS)
    now = clock.now()
    for year in sorted(years_of(volunteer.pk, now)):
        for line in reversed(lines_of(volunteer.pk, year, now)):
            if line.was_there:
                out.writerow(_row(volunteer, line))
    return answer


def _row(volunteer: Volunteer, line: HoursLine) -> list[str]:
    """A text that begins like a formula is made one that is read, never reckoned."""
    session = line.assignment.session
    assert session.starts_at is not None and session.ends_at is not None
    cells = sheet.cells(
        name=volunteer.name,
        number=volunteer.number,
        title=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=session.venue.name if session.venue else "",
        role=line.assignment.shift.role.name,
        minutes=line.minutes,
        organisation=session.rota.organisation.name,
    )
    return [guarded(cell) for cell in cells]


def _year(volunteer: Volunteer, text: str | None, now: datetime) -> dict[str, Any]:
    """Six statements, however many sessions there are."""
    years = years_of(volunteer.pk, now)
    this = now.astimezone(LOCAL).year
    year = whole_number(text, low=1900, high=2199) or next(iter(years), this)
    lines = lines_of(volunteer.pk, year, now)
    months = [
        HoursMonth(number, list(of)) for number, of in groupby(lines, key=lambda line: _month(line))
    ]
    return {
        "year": year,
        "years": years,
        "months": months,
        "total": in_hours(minutes_served(volunteer)),
        "star": star_card(volunteer.pk),
        "reported": in_hours(minutes_reported(volunteer.pk)),
        "waiting": sum(line.waits for line in lines),
        "volunteer_stream": f"volunteer.{volunteer.pk}",
        "hours_url": f"{reverse('volunteer:hours_fragment')}?year={year}",
    }


def _month(line: HoursLine) -> int:
    starts_at = line.assignment.session.starts_at
    assert starts_at is not None  # lines_of asks for a year
    return starts_at.astimezone(LOCAL).month


@for_volunteer
def hours_of(request: VolunteerRequest, volunteer: Volunteer, assignment_id: int) -> HttpResponse:
    """One session: what was noted, by whom, and what she has to say to it."""
    assignment = _own(volunteer, assignment_id)
    now = clock.now()
    form = TimesSaid(initial=_planned(assignment.session))
    objecting = Objecting()
    status = 200
    if request.method == "POST":
        done = False
        if request.POST.get("what") == "said":
            form = TimesSaid(request.POST)
            done = form.is_valid() and _say(request, assignment, form, now)
        elif request.POST.get("what") == "object":
            objecting = Objecting(request.POST)
            done = objecting.is_valid() and _object(request, assignment, objecting, now)
        if done:
            return see_other("volunteer:hours_of", assignment.pk)
        status = 422
    context = _about(volunteer, assignment, now) | {"form": form, "objecting": objecting}
    return render(request, "volunteer/hours_of.html", context, status=status)


def _about(volunteer: Volunteer, assignment: Assignment, now: datetime) -> dict[str, Any]:
    history = history_of(assignment)
    attendance: Attendance | None = getattr(assignment, "attendance", None)
    undecided = assignment.attended is None
    over = is_over(assignment.session, now)
    signed = attendance is not None and attendance.came_at and attendance.left_at
    later = attendance is not None and Attendance.How.LATER in (
        attendance.came_how,
        attendance.left_how,
    )
    return {
        "assignment": assignment,
        "session": assignment.session,
        "attendance": attendance,
        "history": history,
        "hours": in_hours(history.minutes),
        "may_say": over and undecided and (not signed or later),
        "may_object": over and not undecided and history.open_objection is None,
        "undecided": undecided,
        "over": over,
        "contact": contact_of(volunteer.organisation),
        "audience": "volunteer",
        "place": "me",
        "organisation_name": volunteer.organisation.name,
    }


def _say(request: VolunteerRequest, assignment: Assignment, form: TimesSaid, now: datetime) -> bool:
    """The times are those of the session's day; who left before she came left the day after."""
    session = assignment.session
    assert session.starts_at is not None
    day = session.starts_at.astimezone(LOCAL).date()
    came = datetime.combine(day, form.cleaned_data["came"], LOCAL)
    left = datetime.combine(day, form.cleaned_data["left"], LOCAL)
    if left <= came and _overnight(session):
        left += timedelta(days=1)
    try:
        say_afterwards(
            assignment_id=assignment.pk, came_at=came, left_at=left, actor=request.user, now=now
        )
    except Refusal as refusal:
        form.add_error("left", words.refused(refusal))
        return False
    messages.success(request, _("记下了，核对后算进你的时长"))
    return True


def _overnight(session: Session) -> bool:
    if session.starts_at is None or session.ends_at is None:
        return False
    first = session.starts_at.astimezone(LOCAL).date()
    return session.ends_at.astimezone(LOCAL).date() > first


def _object(
    request: VolunteerRequest, assignment: Assignment, form: Objecting, now: datetime
) -> bool:
    try:
        object_to(
            assignment_id=assignment.pk,
            text=form.cleaned_data["text"],
            actor=request.user,
            now=now,
        )
    except Refusal as refusal:
        form.add_error("text", words.refused(refusal))
        return False
    messages.success(request, _("收到了，有人看过会答复你"))
    return True


def _planned(session: Session) -> dict[str, Any]:
    if session.starts_at is None or session.ends_at is None:
        return {}
    return {
        "came": session.starts_at.astimezone(LOCAL).time(),
        "left": session.ends_at.astimezone(LOCAL).time(),
    }


def _own(volunteer: Volunteer, assignment_id: int) -> Assignment:
    rows = volunteer.assignments.select_related(
        "session__venue", "session__programme", "shift__role", "attendance"
    )
    assignment = rows.filter(pk=assignment_id).first()
    if assignment is None or assignment.session.starts_at is None:
        raise Http404(f"assignment {assignment_id}")
    return assignment
