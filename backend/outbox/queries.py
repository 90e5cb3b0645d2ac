"""Reading the numbered events, and how far behind the numbering and the tasks are."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Min, QuerySet

from backend.common.prepared import Prepared
from backend.outbox.models import Event, Stream
from backend.outbox.sequencer import HOLDER, LOCK, NAME, Stamped

PAST = """
WITH given AS (
    SELECT coalesce((SELECT last_seq FROM outbox_stream WHERE name = %s), 0) AS position
), kept AS (
    SELECT seq, streams FROM outbox_event, given WHERE seq > position - %s AND seq <= position
),
last AS (SELECT stream, max(seq) AS seq FROM kept, unnest(streams) AS stream GROUP BY stream)
SELECT position, coalesce((SELECT min(seq) - 1 FROM kept), position), (SELECT count(*) FROM kept),
       coalesce((SELECT jsonb_object_agg(stream, seq) FROM last), '{}')
FROM given
"""


_stream = Prepared(
    lambda name: Stream.objects.filter(name=name).values("last_seq", "dispatched_seq"), ""
)


@cache
def _after(most: int) -> Prepared[dict[str, Any]]:
    def write(position: int) -> QuerySet[Any, Any]:
        return (
            Event.objects.filter(seq__gt=position)
            .order_by("seq")[:most]
            .values("seq", "kind", "streams", "payload", "request_id")
        )

    return Prepared(write, 0)


_waiting = Prepared(
    lambda: Event.objects.filter(seq__isnull=True).order_by("transaction_id", "id")[:1].values("id")
)


def _cursors() -> tuple[int, int]:
    """The last number given, and the last one whose tasks were taken."""
    for row in _stream(NAME):
        return row["last_seq"], row["dispatched_seq"]
    return 0, 0


def newest() -> int:
    """The last number given.

    Everything that it and the numbers below tell of is visible to the next statement.
    """
    return _cursors()[0]


def dispatched() -> int:
    """The last number whose tasks the broker has taken."""
    return _cursors()[1]


def events_after(position: int, most: int) -> list[Stamped]:
    """The next numbered events, oldest first."""
    return [Stamped(**row) for row in _after(most)(position)]


class Lag(NamedTuple):
    """Seconds that the oldest event waits: for its number, and for its tasks.

    Zero: nothing waits.
    """

    numbering: float
    dispatch: float


def lag(now: datetime) -> Lag:
    waiting = Event.objects.filter(seq__isnull=True), Event.objects.filter(seq__gt=dispatched())
    oldest = (rows.aggregate(at=Min("at"))["at"] for rows in waiting)
    return Lag(*((now - at).total_seconds() if at else 0.0 for at in oldest))


def unnumbered() -> bool:
    """Whether some event still waits for its number (an older transaction is open)."""
    return bool(_waiting())


class Past(NamedTuple):
    """The last events of the table:

    `position` is the newest number, and so many `events` have a number above `floor`.
    """

    position: int
    floor: int
    events: int
    newest: dict[str, int]  # stream → the number of its last event


def past(most: int) -> Past:
    """What is kept of the last `most` numbers, in one statement and so at one moment."""
    with connection.cursor() as cursor:
        cursor.execute(PAST, [NAME, most])
        position, floor, events, newest = cursor.fetchone()
    return Past(position, floor, events, json.loads(newest))


def relay_is_there() -> bool:
    """Whether some process holds the right to number events."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 {HOLDER}", [LOCK])
        return cursor.fetchone() is not None
