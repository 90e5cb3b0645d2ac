"""What an event means for people is written down: a delivery for each whom it concerns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from backend.common import bulk
from backend.common.locking import operation
from backend.common.pieces import GoOn, to_the_end, work_off
from backend.notifications.audiences import AUDIENCES, Audience, Happened
from backend.notifications.models import Delivery
from backend.notifications.table import TOLD
from backend.outbox.models import Event
from backend.outbox.operations import take_events
from backend.outbox.stored import Unreadable, read

READER = "told"  # its row beside the relay's says up to which event people were thought of
BATCH = 100  # events in one transaction
COLUMNS = (
    "cause",
    "kind",
    "volunteer",
    "family",
    "user",
    "subjects",
    "made_at",
    "next_at",
)


def plan_deliveries(*, now: datetime, go_on: GoOn = to_the_end) -> int:
    """Think of everybody whom the events since the last time concern; how many events.

    A batch of events to a transaction, which also notes that they are done: killed anywhere, none
    is forgotten and none is planned twice.
    """
    return work_off(_batches(now), go_on)


def _batches(now: datetime) -> Iterator[int]:
    more = True
    while more:
        events, more = _plan(now=now)
        yield events


@operation
def _plan(*, now: datetime) -> tuple[int, bool]:
    kinds = [kind.kind for kind in TOLD]
    events, more = take_events(reader=READER, kinds=kinds, most=BATCH)
    for event in events:
        happened = _happened(event)
        if happened is not None:
            for row in TOLD[type(happened.event)]:
                audience = AUDIENCES[row.audience](happened)
                write_down(f"event.{happened.seq}", row.message, audience, now)
    return len(events), more


def _happened(event: Event) -> Happened | None:
    """None for one that does not tell what it must: the relay logs it."""
    try:
        told = read(event.kind, event.payload)
    except Unreadable:
        return None
    if told is None or event.seq is None:
        return None
    return Happened(event.seq, told, event.actor_id, event.at)


def write_down(cause: str, kind: str, audience: Audience, now: datetime) -> None:
    """A delivery for everybody of the audience, in one statement; who has one of this cause and
    kind keeps it."""
    bulk.insert(Delivery, COLUMNS, _rows(cause, kind, audience, now), unless_there=True)


def _rows(cause: str, kind: str, audience: Audience, now: datetime) -> Iterable[tuple[object, ...]]:
    for person, subjects in audience.of.items():
        yield (cause, kind, *person, json.dumps(subjects), now, now)
