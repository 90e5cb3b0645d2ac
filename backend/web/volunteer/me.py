"""我的: when she can come, what she holds, her hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from backend import words
from backend.accounts import phones
from backend.common import clock
from backend.common.clock import local_day
from backend.common.fields import DayField
from backend.common.languages import named
from backend.common.reading import day, whole_number, yes_or_no
from backend.common.refusal import Refusal
from backend.organisations.queries import contact_of
from backend.places.queries import path_to
from backend.records.queries import minutes_served
from backend.rota.models import Session
from backend.rota.operations import give_back_days
from backend.rota.queries import coming_of, offers_of, promised_between
from backend.volunteers.free_time import PARTS, cells_of, week_of, with_cells
from backend.volunteers.models import WEEKDAYS, Volunteer
from backend.volunteers.names import surname
from backend.volunteers.operations import (
    add_time_off,
    ask_to_resume,
    change_availability,
    change_state,
    choose_weeks,
    count_answers,
    remove_time_off,
    show_name,
)
from backend.volunteers.queries import days_off_from, hours_of, pause_of, programmes_liked_by
from backend.web.components import Action
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer
from backend.words.free_time import exact_in_words, weeks_of
from backend.words.moments import in_hours, weekdays, when

PAUSED = Volunteer.State.PAUSED


class DaysAway(forms.Form):
    first = DayField(label=gettext_lazy("从哪天"))
    last = DayField(label=gettext_lazy("到哪天"))


@for_volunteer
def me(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    return render(
        request, "volunteer/me.html", _about(volunteer, clock.now()) | {"form": DaysAway()}
    )


@require_POST
@for_volunteer
def availability(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """Fields `free`, one for each part that is ticked:

    "0-am" … "6-eve". Anything else is ignored. Field `weeks`: in which weeks, as weeks_of() has it.
    """
    known = {f"{day}-{part}": (day, part) for day, _name in WEEKDAYS for part in PARTS}
    cells = [known[name] for name in request.POST.getlist("free") if name in known]
    spans = with_cells(hours_of(volunteer), cells)
    change_availability(volunteer_id=volunteer.pk, spans=spans, actor=request.user, now=clock.now())
    with refusals_said(request):
        _keep_weeks(request, volunteer)
        messages.success(request, _("记下了，以后按这个时间给你找班"))
    return see_other(reverse("volunteer:me") + "#free")


def _keep_weeks(request: VolunteerRequest, volunteer: Volunteer) -> None:
    """Field `weeks`: "1", or how many weeks and a Monday, "2:2026-11-30"; without it nothing is
    said of it."""
    every, _colon, first = request.POST.get("weeks", "").partition(":")
    if not every:
        return
    choose_weeks(
        volunteer_id=volunteer.pk,
        every=whole_number(every) or 0,
        first=day(first),
        actor=request.user,
        now=clock.now(),
    )


@require_POST
@for_volunteer
def add_days_off(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    form = DaysAway(request.POST)
    if form.is_valid():
        try:
            days = form.cleaned_data
            add_time_off(
                volunteer_id=volunteer.pk,
                from_date=days["first"],
                to_date=days["last"],
                actor=request.user,
                now=clock.now(),
            )
            taken, asked = promised_between(volunteer.pk, days["first"], days["last"], clock.now())
            if there := len(taken) + len(asked):
                messages.warning(
                    request,
                    _("记下了。这几天你还有 %(n)d 场，去不了的话请在下面说一声") % {"n": there},
                )
            else:
                messages.success(request, _("记下了，这几天不排你的班"))
            return see_other(reverse("volunteer:me") + "#away")
        except Refusal as refusal:
            form.add_error("last", words.refused(refusal))
    return render(
        request, "volunteer/me.html", _about(volunteer, clock.now()) | {"form": form}, status=422
    )


@require_POST
@for_volunteer
def remove_days_off(
    request: VolunteerRequest, volunteer: Volunteer, time_off_id: int
) -> HttpResponse:
    get_object_or_404(volunteer.time_off, pk=time_off_id)
    remove_time_off(
        volunteer_id=volunteer.pk, time_off_id=time_off_id, actor=request.user, now=clock.now()
    )
    return see_other(reverse("volunteer:me") + "#away")


@require_POST
@for_volunteer
def give_back(request: VolunteerRequest, volunteer: Volunteer, time_off_id: int) -> HttpResponse:
    """这几场也去不了."""
    row = get_object_or_404(volunteer.time_off, pk=time_off_id)
    n = give_back_days(
        volunteer_id=volunteer.pk,
        first=row.from_date,
        last=row.to_date,
        actor=request.user,
        now=clock.now(),
    )
    messages.info(request, _("知道了，%(n)d 场都替你放下了，谢谢你告诉我们") % {"n": n})
    return see_other(reverse("volunteer:me") + "#away")


@for_volunteer
def pause(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """GET names what she has promised and is asked for; POST pauses her."""
    now = clock.now()
    if not volunteer.is_active:
        return redirect("volunteer:me")
    if request.method == "POST":
        change_state(volunteer_id=volunteer.pk, state=PAUSED, actor=request.user, now=now)
        messages.success(request, _("停下了，好好休息。想回来，点一下就行"))
        return see_other("volunteer:me")
    context = {
        "audience": "volunteer",
        "place": "me",
        "organisation_name": volunteer.organisation.name,
        "promises": [_named(one.session) for one in coming_of(volunteer, now)],
        "asked": [_named(one.session) for one in offers_of(volunteer, now)],
    }
    return render(request, "volunteer/pause.html", context)


@require_POST
@for_volunteer
def resume(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """She serves again; who was never taken on, or has left, asks her coordinator."""
    if volunteer.state != PAUSED:
        return see_other("volunteer:me")
    state = Volunteer.State.ACTIVE
    with refusals_said(request):
        change_state(volunteer_id=volunteer.pk, state=state, actor=request.user, now=clock.now())
        messages.success(request, _("欢迎回来，可以接班了"))
    return see_other("volunteer:me")


@require_POST
@for_volunteer
def ask_resume(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """Field `text`: what she says to whoever paused her."""
    text = request.POST.get("text", "")
    with refusals_said(request):
        ask_to_resume(volunteer_id=volunteer.pk, text=text, actor=request.user, now=clock.now())
        messages.success(request, _("告诉调度员了，等她答复"))
    return see_other(reverse("volunteer:me") + "#pause")


@require_POST
@for_volunteer
def naming(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """Field named: "yes" lets families read her surname and certificate, "no" does not."""
    named = yes_or_no(request.POST.get("named"))
    if named is None:
        messages.warning(request, _("请选一样"))
    else:
        show_name(volunteer_id=volunteer.pk, named=named, actor=request.user, now=clock.now())
        messages.success(request, _("记住了"))
    return see_other(reverse("volunteer:me") + "#named")


def _naming(volunteer: Volunteer) -> Action:
    url = reverse("volunteer:naming")
    if volunteer.named:
        return Action(label=_("不让看了"), url=url, variant="sec", fields={"named": "no"})
    return Action(
        label=_("让家长看到"), url=url, variant="soft", icon="check", fields={"named": "yes"}
    )


@require_POST
@for_volunteer
def counting(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """Field counted: "yes" lets plans reckon with how she answered before, "no" does not."""
    counted = yes_or_no(request.POST.get("counted"))
    if counted is None:
        messages.warning(request, _("请选一样"))
    else:
        count_answers(
            volunteer_id=volunteer.pk, counted=counted, actor=request.user, now=clock.now()
        )
        messages.success(request, _("记住了"))
    return see_other(reverse("volunteer:me") + "#counted")


def _counting(volunteer: Volunteer) -> Action:
    url = reverse("volunteer:counting")
    if volunteer.by_answers:
        return Action(label=_("不要参考我的"), url=url, variant="sec", fields={"counted": "no"})
    return Action(label=_("可以参考"), url=url, variant="soft", fields={"counted": "yes"})


def _about(volunteer: Volunteer, now: datetime) -> dict[str, Any]:
    spans = hours_of(volunteer)
    paused = volunteer.state == PAUSED
    held = pause_of(volunteer.pk) if paused else None
    return {
        "volunteer": volunteer,
        "organisation_name": volunteer.organisation.name,
        "audience": "volunteer",
        "place": "me",
        "hours": in_hours(minutes_served(volunteer)),
        "week": week_of(cells_of(spans), weekdays()),
        "exact": exact_in_words(spans),
        "weeks": weeks_of(volunteer, local_day(now)),
        "away": _days_off(volunteer, now),
        "teacher": _("%(name)s老师") % {"name": surname(volunteer.name)},
        "naming": _naming(volunteer),
        "counting": _counting(volunteer),
        "contact": contact_of(volunteer.organisation),
        "programmes": _("、").join(one.name for one in programmes_liked_by(volunteer)),
        "languages": _("、").join(named(volunteer.languages)),
        "home": path_to(volunteer.street_id),
        "phone": _phone_of(volunteer),
        "is_active": volunteer.is_active,
        "held": held,
        "resume": Action(label=_("恢复排班"), url=reverse("volunteer:resume"), wide=True)
        if paused and held is None
        else None,
    }


def _phone_of(volunteer: Volunteer) -> str:
    """The number in the register, of which only the ends are shown; the guard leaves it sealed."""
    number = Volunteer.objects.only("phone").get(pk=volunteer.pk).phone
    return phones.masked(number) if number else ""


@dataclass(frozen=True)
class DaysOff:
    """Days away, and what she has promised or is asked for on them all the same."""

    first: date
    last: date
    remove: Action
    sessions: list[str]
    give_back: Action


def _days_off(volunteer: Volunteer, now: datetime) -> list[DaysOff]:
    """Three statements, however many they are."""
    rows = list(days_off_from(volunteer, local_day(now)))
    if not rows:
        return []
    first = min(row.from_date for row in rows)
    last = max(row.to_date for row in rows)
    taken, asked = promised_between(volunteer.pk, first, last, now)
    there = [(a.session, _("%(session)s（你答应了）")) for a in taken]
    there += [(o.session, _("%(session)s（等你回复）")) for o in asked]
    return [
        DaysOff(
            row.from_date,
            row.to_date,
            Action(
                label=_("删掉"),
                url=reverse("volunteer:remove_time_off", args=[row.pk]),
                variant="text",
                icon="x",
            ),
            [
                words % {"session": _named(session)}
                for session, words in there
                if session.starts_at
                and row.from_date <= local_day(session.starts_at) <= row.to_date
            ],
            Action(
                label=_("这几场也去不了"),
                url=reverse("volunteer:give_back", args=[row.pk]),
                variant="sec",
            ),
        )
        for row in rows
    ]


def _named(session: Session) -> str:
    starts_at = session.starts_at
    if starts_at:
        return f"{when(starts_at)} {session.title}"
    return session.title
