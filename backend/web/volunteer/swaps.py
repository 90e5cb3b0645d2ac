"""换班: she asks others to take her place, and others answer her."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.common import clock
from backend.common.reading import key
from backend.planning.queries.candidates import candidates
from backend.rota.models import Assignment, Cover, CoverAsk
from backend.rota.operations import ask_cover, decline_cover, stop_cover, take_cover
from backend.rota.operations.covers import MOST_ASKED
from backend.rota.policy import can_be_passed_on, waits_for_cover
from backend.rota.queries import asked_about, newest_cover, own_ask
from backend.volunteers.friends import friends_of
from backend.volunteers.models import Volunteer
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.web.volunteer.answers import answered
from backend.web.volunteer.cards import assignment_card
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer
from backend.words.moments import deadline, spaced, when

WAYS = ("all", "friend", "stop")


@for_volunteer
def swap(request: VolunteerRequest, volunteer: Volunteer, assignment_id: int) -> HttpResponse:
    """POST field `do`: "all" who could take it are asked, "friend" the one of `id`, "stop": nobody
    any more."""
    place = _own_place(volunteer, assignment_id)
    now = clock.now()
    if request.method == "POST":
        if request.POST.get("do") in WAYS:  # a button that was lost on the way asks nobody
            with refusals_said(request):
                messages.success(request, _done(request, volunteer, place, now))
        return see_other("volunteer:swap", assignment_id)
    context = (
        _state(place, now)
        | _whom(volunteer, place, now)
        | {
            "card": assignment_card(place, now, closing=True),
            "audience": "volunteer",
            "place": "mine",
            "organisation_name": volunteer.organisation.name,
        }
    )
    return render(request, "volunteer/swap.html", context)


def _own_place(volunteer: Volunteer, assignment_id: int) -> Assignment:
    rows = volunteer.assignments.select_related(
        "session__venue",
        "session__programme",
        "session__rota__organisation",
        "shift__role",
    )
    found = rows.filter(pk=assignment_id).first()
    if found is None:
        raise Http404(f"assignment {assignment_id}")
    return found


def _state(place: Assignment, now: datetime) -> dict[str, Any]:
    possible = can_be_passed_on(place, place.session, now)
    cover = newest_cover(place.pk)
    waits = cover is not None and waits_for_cover(cover, now)
    return {
        "waits": possible and waits,
        "said": _said(cover, possible, waits, now),
    }


def _whom(volunteer: Volunteer, place: Assignment, now: datetime) -> dict[str, Any]:
    """Whom she may ask; nobody is looked for where nobody can be asked."""
    if not can_be_passed_on(place, place.session, now):
        return {"possible": False}
    fits = _not_asked(volunteer, place, now)
    return {
        "possible": True,
        "friends": [one for one in friends_of(volunteer.pk) if one.pk in fits],
        "others": len(fits),
    }


def _said(cover: Cover | None, possible: bool, waits: bool, now: datetime) -> str:
    if cover is not None and cover.state == Cover.State.TAKEN:
        return _("有人接了，这一场不用你去了")
    if not possible:
        return _("这一场不能在这里换，要换请找调度员")
    if cover is not None and waits:
        return _("问了 %(asked)d 位，%(refused)d 位说去不了，等到%(by)s") % {
            "asked": cover.asked,  # type: ignore[attr-defined]  # annotated
            "refused": cover.refused,  # type: ignore[attr-defined]
            "by": spaced(deadline(cover.answer_by, now)).strip(),
        }
    if cover is not None and cover.state in (Cover.State.EXPIRED, Cover.State.OPEN):
        return _("上次问的人都来不了，这一场还是你的")
    return ""


def _not_asked(volunteer: Volunteer, place: Assignment, now: datetime) -> list[int]:
    """Who could take it by every rule and is not asked by the question that waits, best first; as
    many as may still be asked."""
    shift = place.shift
    shift.session = place.session
    found = candidates(shift, None, now, instead_of=volunteer.pk)
    asked = asked_about(place.pk)
    fits = [one.volunteer for one in found.able if one.volunteer not in asked]
    return fits[: max(0, MOST_ASKED - len(asked))]


def _done(request: VolunteerRequest, volunteer: Volunteer, place: Assignment, now: datetime) -> str:
    do = request.POST["do"]
    if do == "stop":
        cover = newest_cover(place.pk)
        if cover is not None:
            stop_cover(cover_id=cover.pk, actor=request.user, now=now)
        return _("不问了，这一场还是你去")
    wanted: Sequence[int]
    if do == "friend":
        friend = key(request.POST.get("id"))
        wanted = [one.pk for one in friends_of(volunteer.pk) if one.pk == friend]
    else:
        possible = can_be_passed_on(place, place.session, now)
        wanted = _not_asked(volunteer, place, now) if possible else []
    ask_cover(
        assignment_id=place.pk,
        volunteer_ids=wanted,
        named=do == "friend",
        actor=request.user,
        now=now,
    )
    return _("问了。有人答应之前，这一场还是你去")


@require_POST
@for_volunteer
def cover_yes(request: VolunteerRequest, volunteer: Volunteer, ask_id: int) -> HttpResponse:
    ask = _own_ask(volunteer, ask_id)

    def say_yes() -> str:
        seen = request.POST.get("seen", "")
        take_cover(ask_id=ask_id, actor=request.user, now=clock.now(), seen=seen)
        starts_at = ask.cover.session.starts_at
        assert starts_at is not None
        return _("说好了，%(when)s 见") % {"when": when(starts_at)}

    return answered(request, volunteer, say_yes)


@require_POST
@for_volunteer
def cover_no(request: VolunteerRequest, volunteer: Volunteer, ask_id: int) -> HttpResponse:
    _own_ask(volunteer, ask_id)

    def say_no() -> str:
        decline_cover(ask_id=ask_id, actor=request.user, now=clock.now())
        return _("知道了，没关系，我们再找别人")

    return answered(request, volunteer, say_no)


def _own_ask(volunteer: Volunteer, ask_id: int) -> CoverAsk:
    ask = own_ask(volunteer.pk, ask_id)
    if ask is None:
        raise Http404(f"ask {ask_id}")
    return ask
