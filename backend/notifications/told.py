"""What coordinators have heard already: an event and the clock each say when people are missing,
and each fact is told once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from backend.notifications.models import Delivery

HOLE, UNMINDED = "hole", "unminded"  # with what the causes of the clock begin
BY_THE_CLOCK = {"hole_near": HOLE, "lead_gone": UNMINDED}
Whom = tuple[int, int]  # to which user, about which row


def newest_of(message: str, since: datetime, cause: str = "") -> Mapping[Whom, datetime]:
    """When each was last told so, since then: whatever was said of a moment before, or never
    said because it was true no more, is left out. `cause`: what its cause begins with. One
    statement."""
    rows = Delivery.objects.filter(
        kind=message, made_at__gte=since, user__isnull=False, cause__startswith=cause
    ).exclude(state=Delivery.State.MOOT)
    found: dict[Whom, datetime] = {}
    for user, subjects, at in rows.order_by("made_at").values_list("user", "subjects", "made_at"):
        found.update({(user, pk): at for pk in subjects})
    return found


def untold(message: str, pairs: Iterable[Whom], at: datetime) -> list[Whom]:
    """Those whom no message of the clock has told since `at`: its words are made when it is sent,
    so they say what had happened until then. At most one statement."""
    wanted = list(pairs)
    if not wanted:
        return []
    told = newest_of(message, at, BY_THE_CLOCK[message])
    return [pair for pair in wanted if pair not in told]
