"""我的班表: what waits for an answer, what is coming, what fell through, what is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.cases.models import CaseHelper
from backend.cases.queries import own_cases
from backend.common import clock
from backend.notifications.promises import places
from backend.pairs.models import Pair
from backend.pairs.queries import own_pairs
from backend.records.models import Training
from backend.records.queries import minutes_by_session, trainings_of
from backend.rota.models import Offer
from backend.rota.queries import (
    Barred,
    asked_to_cover,
    barred_from,
    barred_from_shifts,
    coming_of,
    fallen_through_of,
    offers_of,
    over_of,
    refused_by,
)
from backend.volunteers.models import Volunteer
from backend.web.calendars import answer, calendar_of
from backend.web.components import AskCard, Button, EmptyState, Pagination
from backend.web.kept import kept
from backend.web.volunteer.cards import ask_card, assignment_card, cover_card, refused_card
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer
from backend.web.volunteer.notices import notices_context
from backend.words.moments import long_day, when

A_PAGE = 10


@for_volunteer
def mine(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    now = clock.now()
    context = offers_context(volunteer, now) | _lists(volunteer, now, request.GET.get("page", ""))
    context |= notices_context(volunteer)
    context |= {
        "counts": {"mine": len(context["asks"]) + len(context["notices"])},
        "tabs_stream": context["volunteer_stream"],
    }
    context |= {
        "audience": "volunteer",
        "place": "mine",
        "organisation_name": volunteer.organisation.name,
    }
    return kept(request, render(request, "volunteer/mine.html", context))


@for_volunteer
def mine_fragment(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """The lists alone."""
    now = clock.now()
    return render(
        request, "volunteer/_mine.html", _lists(volunteer, now, request.GET.get("page", ""))
    )


@for_volunteer
def offers_fragment(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """The offers alone."""
    return render(request, "volunteer/_offers.html", offers_context(volunteer, clock.now()))


@for_volunteer
def calendar(request: VolunteerRequest, volunteer: Volunteer, assignment_id: int) -> HttpResponse:
    """The shift as a file for the phone's calendar."""
    now = clock.now()
    promised = places(Q(volunteer=volunteer), now, Q(pk=assignment_id))
    if not promised:
        raise Http404(f"assignment {assignment_id}")
    return answer(request, calendar_of(promised, now, all_of_hers=False), f"moli-{assignment_id}")


def offers_context(volunteer: Volunteer, now: datetime) -> dict[str, Any]:
    asked = offers_of(volunteer, now)
    gives = trainings_of([offer.session for offer in asked])
    return {
        "asks": asks_of(volunteer, asked, barred_from(volunteer, asked, now), gives, now),
        "volunteer_stream": f"volunteer.{volunteer.pk}",
        "offers_url": reverse("volunteer:offers_fragment"),
    }


def asks_of(
    volunteer: Volunteer,
    asked: Sequence[Offer],
    barred: Barred,
    trainings: Mapping[int, Training],
    now: datetime,
) -> list[AskCard]:
    """What she is asked, with what bars her from a yes and what attending gives; then whose place
    she is asked to take."""
    offers = [
        ask_card(
            offer,
            volunteer,
            now,
            *barred.get(offer.pk, ()),
            training=trainings.get(offer.session_id),
        )
        for offer in asked
    ]
    covers = asked_to_cover(volunteer.pk, now)
    return [*offers, *(cover_card(one, volunteer, now) for one in covers)]


def _lists(volunteer: Volunteer, now: datetime, page: str) -> dict[str, Any]:
    coming = coming_of(volunteer, now)
    behind = Paginator(over_of(volunteer, now), A_PAGE).get_page(page)
    # who is paused or has left could not take them
    serves = volunteer.state == Volunteer.State.ACTIVE
    refused = refused_by(volunteer, now) if serves else []
    barred = barred_from_shifts(volunteer, refused, now)
    offered_anew = {shift.session_id for shift in refused}
    fallen = [a for a in fallen_through_of(volunteer, now) if a.session_id not in offered_anew]
    minutes = minutes_by_session(volunteer.pk, [a.session_id for a in behind])
    return {
        "coming": [assignment_card(a, now) for a in coming if a.session.starts_at is not None],
        "volunteer_stream": f"volunteer.{volunteer.pk}",
        "assignments_url": f"{reverse('volunteer:mine_fragment')}?page={behind.number}",
        "pairings": [assignment_card(a, now) for a in coming if a.session.starts_at is None],
        "children": [
            (one, _asks(one, volunteer), _of_pair(one)) for one in own_pairs(volunteer.pk)
        ],
        "cases": _cases(volunteer),
        "fallen": [assignment_card(a, now) for a in fallen],
        "behind": [assignment_card(a, now, minutes.get(a.session_id, 0)) for a in behind],
        "refused": [refused_card(shift, barred.get(shift.pk, ())) for shift in refused],
        "pages": Pagination.of(behind, "?page={page}"),
        "empty": EmptyState(
            title=_("接下来还没有班"),
            text=_("挑一场离家近的，点一下就报上名。"),
            action=Button(label=_("去找班次"), href=reverse("volunteer:find"), variant="pri"),
        ),
    }


def _of_pair(pair: Pair) -> str:
    """What comes next of it; nothing about the child, since the page is kept on her phone."""
    if pair.is_asked:
        return _("%(by)s 前回复") % {"by": when(pair.answer_by)}
    if pair.is_paused:
        return _("先停一停")
    if pair.next_at is not None:
        return _("下次 %(at)s") % {"at": when(pair.next_at)}
    return _("%(day)s 前去一次") % {"day": long_day(pair.due_on)} if pair.due_on else ""


def _cases(volunteer: Volunteer) -> list[tuple[CaseHelper, str]]:
    return [(one, _of_case(one)) for one in own_cases(volunteer.pk)]


def _of_case(helper: CaseHelper) -> str:
    """What comes next of it; the page is kept on her phone, so it says a number."""
    if helper.answer_by is not None:
        return _("%(by)s 前回复") % {"by": when(helper.answer_by)}
    if helper.case.next_at is not None:
        return _("下次 %(at)s") % {"at": when(helper.case.next_at)}
    return _("还没有定下次")


def _asks(pair: Pair, volunteer: Volunteer) -> str:
    """What it is to her."""
    if not pair.is_asked:
        return _("陪一个孩子")
    if pair.mentor_id == volunteer.pk:
        return _("想请你结对")
    return _("想跟你商量交接")
