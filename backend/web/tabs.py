"""The bar at the bottom of a phone page by itself: fetched again when one of its counts changes."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from backend.accounts.models import User
from backend.bookings.queries.lines import seats_to_answer
from backend.common import clock
from backend.families.queries import family_of
from backend.rota.queries import asked_to_cover, notices_of, offers_of
from backend.volunteers import queries as volunteers
from backend.web.navigation import PLACES
from backend.web.templatetags.shells import tabs as bar


def _volunteer(user: User) -> tuple[dict[str, int], str]:
    volunteer = volunteers.behind(user).only("pk").first()
    if volunteer is None:
        raise Http404("not a volunteer")
    now = clock.now()
    asked = len(offers_of(volunteer, now)) + len(asked_to_cover(volunteer.pk, now))
    waiting = asked + len(notices_of(volunteer, now))
    return {"mine": waiting}, f"volunteer.{volunteer.pk}"


def _family(user: User) -> tuple[dict[str, int], str]:
    family = family_of(user).only("pk").first()
    if family is None:
        raise Http404("not a family")
    asked = seats_to_answer(family, clock.now()).count()
    return {"bookings": asked}, f"family.{family.pk}"


COUNTS: dict[str, Callable[[User], tuple[dict[str, int], str]]] = {
    "volunteer": _volunteer,
    "family": _family,
}


@login_required
def tabs(request: HttpRequest, audience: str, place: str) -> HttpResponse:
    if audience not in COUNTS or not isinstance(request.user, User):
        raise Http404(audience)
    if place not in {known.key for known in PLACES[audience]}:
        raise Http404(place)
    counts, stream = COUNTS[audience](request.user)
    return render(request, "layouts/_tabs.html", bar(audience, place, counts, stream))
