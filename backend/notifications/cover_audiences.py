"""Whom it concerns that a place may pass to somebody else."""

from __future__ import annotations

from backend.common.bulk import among
from backend.notifications.recipients import Audience, Happened
from backend.outbox import kinds
from backend.rota.models import Cover, CoverAsk


def asked_to_cover(it: Happened) -> Audience:
    event = it.event
    assert isinstance(event, kinds.CoverAsked)
    return _asks(event.asks, CoverAsk.State.PENDING)


def spared_the_answer(it: Happened) -> Audience:
    """Who had not answered when it ended."""
    event = it.event
    assert isinstance(event, kinds.CoverEnded | kinds.CoverTaken)
    return _asks(event.asks, CoverAsk.State.SPARED)


def whose_place_was_taken(it: Happened) -> Audience:
    event = it.event
    assert isinstance(event, kinds.CoverTaken)
    return Audience.volunteers([(event.giver, event.cover)])


def whose_place_nobody_takes(it: Happened) -> Audience:
    """Unless she has ended it herself, or has the place no more."""
    event = it.event
    assert isinstance(event, kinds.CoverEnded)
    rows = Cover.objects.filter(pk=event.cover, state=Cover.State.EXPIRED)
    return Audience.volunteers(rows.values_list("place__volunteer_id", "pk"))


def _asks(asks: tuple[int, ...], state: str) -> Audience:
    rows = CoverAsk.objects.filter(among("pk", asks), state=state).order_by("pk")
    return Audience.volunteers(rows.values_list("volunteer_id", "pk"))


OF_COVERS = (
    asked_to_cover,
    spared_the_answer,
    whose_place_was_taken,
    whose_place_nobody_takes,
)
