"""One session, for one volunteer: when and where, who leads it, and what she can do about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.common import clock
from backend.organisations.queries import contact_of
from backend.records.policy import may_sign_in
from backend.records.queries import leaders_of, minutes_by_session, trainings_of
from backend.rota.agreed import Agreed
from backend.rota.models import Assignment, Session
from backend.rota.policy import is_open, is_over, is_visit
from backend.rota.queries import SeenShift, last_word_in, offers_of, session_for
from backend.rota.states import HELD
from backend.volunteers.models import Volunteer
from backend.web.components import Button
from backend.web.maps import map_of
from backend.web.volunteer.cards import assignment_card, place_of
from backend.web.volunteer.find import shown_cards
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer
from backend.words.changes import was_and_is
from backend.words.moments import band_in_words
from backend.words.refusals import session_not_open


@for_volunteer
def session(request: VolunteerRequest, volunteer: Volunteer, session_id: int) -> HttpResponse:
    context = _page(volunteer, session_id, clock.now())
    return render(request, "volunteer/session.html", context)


@for_volunteer
def session_fragment(
    request: VolunteerRequest, volunteer: Volunteer, session_id: int
) -> HttpResponse:
    """All below the heading, for a page that has been told of a change."""
    context = _page(volunteer, session_id, clock.now())
    return render(request, "volunteer/_session.html", context)


def _page(volunteer: Volunteer, session_id: int, now: datetime) -> dict[str, Any]:
    """Raises Http404 for what was never published. Nothing around the fragment hangs on how far it
    is: that may change while she looks at it."""
    try:
        row, seen = session_for(volunteer, session_id, now)
    except Session.DoesNotExist:
        raise Http404(f"session {session_id}") from None
    place = last_word_in(volunteer, session_id, now)
    comes = place is not None and place.state in HELD
    return {
        "audience": "volunteer",
        "place": "",
        "session": row,
        "at": place_of(row),
        "facts": list(_facts(row)),
        "map": map_of(row.venue) if row.venue else "",
        "changes": _changes(volunteer, row, seen, now),
        "shown": []
        if comes or not is_open(row, now)
        else shown_cards(volunteer, seen, trainings_of([row])),
        "card": _card(place, now) if place else None,
        "closed": "" if place or is_open(row, now) else session_not_open({"state": row.state}),
        "leaders": _leaders(place, volunteer.name) if place and comes else "",
        "steps": list(_steps(place, now)) if place and comes else [],
        "contact": contact_of(row.rota.organisation),
        "streams": f"session.{row.pk} volunteer.{volunteer.pk} plan.{row.rota_id}",
        "here": reverse("volunteer:session_fragment", args=[row.pk]),
    }


def _facts(session: Session) -> Iterator[str]:
    """What a card has no room for."""
    if session.venue:
        yield session.venue.where
        if session.venue.facilities:
            yield session.venue.facilities
    months = Agreed.of(session).months
    if session.seats_max and months:
        yield _("带 %(band)s的孩子，约好 %(n)d 个") % {
            "band": band_in_words(months),
            "n": session.seats_taken,
        }


def _changes(
    volunteer: Volunteer, session: Session, seen: list[SeenShift], now: datetime
) -> list[str]:
    """What is otherwise than when she said yes, where she is asked again."""
    asked = {one.offer for one in seen if one.offer}
    if not asked:
        return []
    offers = (one for one in offers_of(volunteer, now) if one.pk in asked and one.before)
    return [
        said
        for one in offers
        for said in was_and_is(Agreed.from_json(one.before or {}), Agreed.of(session))
    ]


def _card(place: Assignment, now: datetime) -> Any:
    """What became of her place, or is going on with it."""
    recorded = minutes_by_session(place.volunteer_id, [place.session_id])
    return assignment_card(place, now, recorded.get(place.session_id, 0), linked=False)


def _leaders(place: Assignment, own_name: str) -> str:
    """Who leads, to one who comes."""
    others = leaders_of([place.session_id]).get(place.session_id, [])
    if not place.shift.role.leads:
        return _("%(who)s带这一场") % {"who": _("、").join(others)} if others else ""
    others.remove(own_name)
    if others:
        return _("你和%(who)s一起带这一场") % {"who": _("、").join(others)}
    return _("你带这一场")


def _steps(place: Assignment, now: datetime) -> Iterator[Button]:
    """Her next steps, the nearest in time first."""
    session = place.session
    if is_visit(session):
        to = reverse("volunteer:visit", args=[place.pk])
        yield Button(label=_("这次入户"), href=to, icon="chevron-right", wide=True)
        return
    if session.starts_at is None:
        return
    if is_over(session, now):
        to = reverse("volunteer:hours_of", args=[place.pk])
        yield Button(label=_("看这一场的时长"), href=to, icon="chevron-right", wide=True)
        return
    if may_sign_in(session, now):
        to = reverse("volunteer:check_in")
        yield Button(label=_("去签到"), href=to, icon="chevron-right", variant="pri", wide=True)
    if place.shift.role.leads:
        to = reverse("volunteer:lead", args=[session.pk])
        yield Button(label=_("谁到了"), href=to, icon="chevron-right", wide=True)
