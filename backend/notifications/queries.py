"""What somebody has been told, and how the sending stands."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.db.models import Count, Min, QuerySet

from backend.common.prepared import Prepared
from backend.notifications.audiences import Person
from backend.notifications.models import Delivery

SIDES = {  # side of the house → whose user it is
    "volunteer": "volunteer__user",
    "family": "family__user",
    "coordinator": "user",
}
MOST = 100  # unread; more are not counted


def inbox_of(person: Person) -> QuerySet[Delivery]:
    """All that she was told, the newest first."""
    hers = {whose: pk for whose, pk in person._asdict().items() if pk is not None}
    return Delivery.objects.filter(**hers, told_at__isnull=False).order_by("-told_at", "-pk")


def unread(side: str, user_id: int) -> int:
    """How many messages of that side of hers she has not seen, MOST at the most."""
    return len(_unread(side)(user_id))


@cache
def _unread(side: str) -> Prepared[Delivery]:
    return Prepared(
        lambda user: Delivery.objects.filter(
            **{SIDES[side]: user}, told_at__isnull=False, seen_at=None
        ).only("pk")[:MOST],
        0,
    )


def waiting() -> QuerySet[Delivery]:
    """What is yet to go out: at night, or because a provider is away."""
    return Delivery.objects.filter(state=Delivery.State.WAITING)


class Trouble(NamedTuple):
    """So many messages could not be sent on one channel for one reason, the oldest of then."""

    channel: str
    trouble: str
    many: int
    since: datetime


def given_up() -> list[Trouble]:
    """What waits for an operator, the most first."""
    rows = Delivery.objects.filter(state=Delivery.State.GIVEN_UP)
    groups = rows.values_list("channel", "trouble").annotate(many=Count("pk"), since=Min("made_at"))
    return [Trouble(*group) for group in groups.order_by("-many", "channel", "trouble")]


def overdue(now: datetime) -> float:
    """Seconds that the longest due message waits; 0 when none is due."""
    due = waiting().filter(next_at__lte=now).aggregate(at=Min("next_at"))["at"]
    return (now - due).total_seconds() if due else 0.0
