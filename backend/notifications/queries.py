"""What somebody has been told, and how the sending stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.db.models import Count, Min, Q, QuerySet

from backend.accounts.models import User
from backend.common.bulk import among
from backend.common.prepared import Prepared
from backend.families.queries import behind
from backend.notifications.models import CalendarFeed, Delivery, Mute
from backend.notifications.recipients import Addressee

SIDES = {  # side of the house → as whom a delivery speaks to her there
    "volunteer": "volunteer",
    "family": "family",
    "coordinator": "user",
}
MOST = 100  # unread; more are not counted


def of_person(person: Addressee) -> dict[str, int]:
    """Her column and its value."""
    ids = {"volunteer_id": person.volunteer, "family_id": person.family, "user_id": person.user}
    return {name: pk for name, pk in ids.items() if pk is not None}


def inbox_of(person: Addressee) -> QuerySet[Delivery]:
    """All that she was told, the newest first."""
    hers = Delivery.objects.filter(**of_person(person), guardian=None)
    return hers.filter(told_at__isnull=False).order_by("-told_at", "-pk")


def told_to(person: Addressee) -> list[dict[str, object]]:
    """What she was told, as plain data for her to take along, the oldest first."""
    rows = inbox_of(person).order_by("told_at", "pk").values("title", "text", "told_at")
    return [dict(row) for row in rows]


def unread(side: str, user_id: int) -> int:
    """How many messages of that side of hers she has not seen, MOST at the most."""
    return len(_unread(side)(user_id))


@cache
def _unread(side: str) -> Prepared[Delivery]:
    return Prepared(
        lambda user: Delivery.objects.filter(
            **_whose(side, user), guardian=None, told_at__isnull=False, seen_at=None
        ).only("pk")[:MOST],
        0,
    )


def _whose(side: str, user: object) -> dict[str, object]:
    if side == "family":
        return {"family": behind(user)}
    return {"volunteer__user" if side == "volunteer" else "user": user}


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


def muted_by(people: Collection[Addressee]) -> dict[Addressee, set[tuple[str, str]]]:
    """What each of them does not want: pairs of kind and channel. One statement."""
    rows = Mute.objects.filter(
        Q(among("volunteer", {one.volunteer for one in people if one.volunteer}))
        | Q(among("family", {one.family for one in people if one.family}))
        | Q(among("user", {one.user for one in people if one.user}))
    )
    found: dict[Addressee, set[tuple[str, str]]] = defaultdict(set)
    names = ("volunteer_id", "family_id", "user_id", "kind", "channel")
    for volunteer, family, user, kind, channel in rows.values_list(*names):
        found[Addressee(volunteer, family, user)].add((kind, channel))
    return found


def own_feed(user: User) -> CalendarFeed | None:
    """The secret address of her calendar; None while she has none."""
    return CalendarFeed.objects.filter(user=user).first()


def letters_waiting() -> QuerySet[Delivery]:
    """Those of them that are written already, the newest first. One statement."""
    return waiting().exclude(title="").order_by("-pk")
