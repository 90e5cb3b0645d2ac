"""What somebody has been told, and how the sending stands."""

from __future__ import annotations

from functools import cache

from django.db.models import QuerySet

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
