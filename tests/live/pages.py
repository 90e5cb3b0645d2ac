"""The pages that every event is checked against: one line each.

Whoever writes a page with a live fragment adds its line.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from backend.planning.models import Proposal
from backend.rota.models import Rota, Session
from tests.live.verify import Open
from tests.planning.scene import Scene

# Pages that are known to be out of date after an event, each with what it lacks. One that has
# caught up fails and must go.
TODAY = "今天的课"  # what changes.py calls a session of the day itself
GAPS = {
    (
        "family_hours_changed",
        "/f/requests/",
    ): "a form of check boxes is not overwritten while somebody fills it in",
}


def pages(scene: Scene) -> Iterator[Open]:
    coordinator, alice = scene.actor, scene.alice.user
    yield Open(reverse("coordinator:today"), coordinator)
    yield Open(reverse("coordinator:applications"), coordinator)
    yield Open(reverse("coordinator:credentials"), coordinator)
    yield Open(reverse("coordinator:rota", args=[scene.rota.pk]), coordinator)
    board = reverse("coordinator:rota", args=[scene.rota.pk]) + "?week=2026-11-30"
    yield Open(f"{board}&view=person", coordinator)
    yield Open(f"{board}&view=table", coordinator)
    yield Open(f"{board}&pick={scene.morning.pk}&who={scene.alice.pk}", coordinator)
    yield Open(reverse("coordinator:session", args=[scene.morning.pk]), coordinator)
    yield Open(reverse("coordinator:hours"), coordinator)
    for session in Session.objects.filter(rota=scene.rota, title=TODAY):
        yield Open(reverse("coordinator:day", args=[session.pk]), coordinator)
    for proposal in Proposal.objects.filter(rota=scene.rota):
        yield Open(reverse("coordinator:proposal", args=[proposal.pk]), coordinator)
    yield Open(reverse("volunteer:find") + "?from=2026-12-05&day=2026-12-05", alice)
    yield Open(reverse("volunteer:find") + "?from=2026-12-05&day=2026-12-05&fit=0", alice)
    yield Open(
        reverse("volunteer:find") + "?from=2026-12-05&day=2026-12-06", scene.bob.user
    )  # what others do changes the count of another day
    yield Open(reverse("volunteer:mine"), alice)
    yield Open(reverse("volunteer:credentials"), alice)
    yield Open(reverse("volunteer:check_in"), alice)
    yield Open(reverse("volunteer:hours"), alice)
    yield Open(reverse("volunteer:messages"), alice)
    yield from pages_of_family(scene)


def pages_of_family(scene: Scene) -> Iterator[Open]:
    family = scene.wish.family
    yield Open(reverse("family:book") + "?from=2026-12-05&day=2026-12-05", family.user)
    if Rota.objects.get(pk=scene.rota.pk).state == "published":
        yield Open(reverse("family:session", args=[scene.morning.pk]), family.user)
    yield Open(reverse("family:bookings"), family.user)
    for booking in family.bookings.all():
        yield Open(reverse("family:ticket", args=[booking.pk]), family.user)
    yield Open(reverse("family:requests"), family.user)
    yield Open(reverse("family:me"), family.user)
