"""The pages that every event is checked against: one line each. Whoever writes a page with a live fragment adds its line."""
from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from backend.planning.models import Proposal
from tests.live.verify import Open
from tests.planning.scene import Scene


def pages(scene: Scene) -> Iterator[Open]:
    coordinator = scene.actor
    yield Open(reverse("coordinator:today"), coordinator)
    yield Open(reverse("coordinator:rota", args=[scene.rota.pk]), coordinator)
    yield Open(reverse("coordinator:session", args=[scene.morning.pk]), coordinator)
    for proposal in Proposal.objects.filter(rota=scene.rota):
        yield Open(reverse("coordinator:proposal", args=[proposal.pk]), coordinator)
