"""Reading the numbered events, and how far behind the numbering and the tasks are."""
from __future__ import annotations

import json
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Min

from backend.outbox.models import Event, Stream
from backend.outbox.sequencer import HOLDER, LOCK, NAME, Stamped

KEPT = """
WITH given AS (SELECT coalesce((SELECT last_seq FROM outbox_stream WHERE name = %s), 0) AS position),
kept AS (SELECT seq, streams FROM outbox_event, given WHERE seq > position - %s AND seq <= position),
last AS (SELECT stream, max(seq) AS seq FROM kept, unnest(streams) AS stream GROUP BY stream)
SELECT position, coalesce((SELECT min(seq) - 1 FROM kept), position), (SELECT count(*) FROM kept),
       coalesce((SELECT jsonb_object_agg(stream, seq) FROM last), '{}')
FROM given
"""


def newest() -> int:
    """The last number given. Everything that it and the numbers below tell of is visible to the next statement."""
    return Stream.objects.filter(name=NAME).values_list("last_seq", flat=True).first() or 0


def dispatched() -> int:
    """The last number whose tasks the broker has taken."""
    return Stream.objects.filter(name=NAME).values_list("dispatched_seq", flat=True).first() or 0


def events_after(position: int, most: int) -> list[Stamped]:
    """The next numbered events, oldest first."""
    rows = Event.objects.filter(seq__gt=position).order_by("seq")[:most]
    return [Stamped(*row) for row in rows.values_list("seq", "kind", "streams", "payload", "request_id")]  # type: ignore[arg-type]  # all numbered


class Lag(NamedTuple):
    """Seconds that the oldest event waits: for its number, and for its tasks. Zero: nothing waits."""

    numbering: float
    dispatch: float


def lag(now: datetime) -> Lag:
    waiting = Event.objects.filter(seq__isnull=True), Event.objects.filter(seq__gt=dispatched())
    oldest = (rows.aggregate(at=Min("at"))["at"] for rows in waiting)
    return Lag(*((now - at).total_seconds() if at else 0.0 for at in oldest))


def unnumbered() -> bool:
    """Whether some event still waits for its number (an older transaction is open)."""
    return Event.objects.filter(seq__isnull=True).exists()


class Kept(NamedTuple):
    """The last events of the table: `position` is the newest number, and so many `events` have a number above `floor`."""

    position: int
    floor: int
    events: int
    newest: dict[str, int]  # stream → the number of its last event


def kept(most: int) -> Kept:
    """What is kept of the last `most` numbers, in one statement and so at one moment."""
    with connection.cursor() as cursor:
        cursor.execute(KEPT, [NAME, most])
        position, floor, events, newest = cursor.fetchone()
    return Kept(position, floor, events, json.loads(newest))


def relay_is_there() -> bool:
    """Whether some process holds the right to number events."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 {HOLDER}", [LOCK])
        return cursor.fetchone() is not None
