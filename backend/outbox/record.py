"""Write an event in the transaction of the change that it tells of, and ring the relay's bell after
the commit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from psycopg.types.json import Jsonb

from backend.common.prepared import run
from backend.common.request_id import request_id
from backend.outbox import doorbell
from backend.outbox.kinds import KINDS
from backend.outbox.models import Event

RECORD = """
INSERT INTO outbox_event (transaction_id, kind, streams, payload, actor_id, request_id, at)
VALUES (pg_current_xact_id()::text::bigint, %s, %s, %s, %s, %s, %s) RETURNING id
"""


def record(
    kind: str, *, streams: Iterable[str], now: datetime, actor_id: int | None = None, **ids: object
) -> Event:
    """Record one event: `kind` is a past-tense word such as "shift_claimed", `ids` the rows that it
    concerns (numbers only).

    Must run inside the change's own transaction; raises RuntimeError otherwise, because an event
    without its rows is a lie. Raises ValueError for a kind that backend/outbox/kinds.py does not
    know: no page and no task would ever hear of it.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind of event: {kind}")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"event {kind} recorded outside a transaction")
    event = Event(
        kind=kind,
        streams=sorted(set(streams)),
        payload=ids,
        actor_id=actor_id,
        request_id=request_id.get(),
        at=now,
    )
    (event.pk,) = run(RECORD, [kind, event.streams, Jsonb(ids), actor_id, event.request_id, now])
    transaction.on_commit(doorbell.ring)
    return event
