"""Write an event in the transaction of the change that it tells of, and ring the relay's bell after
the commit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from psycopg.types.json import Jsonb

from backend.common.prepared import only
from backend.common.request_id import request_id
from backend.outbox import doorbell
from backend.outbox.models import Event
from backend.outbox.shape import Kind

RECORD = """
INSERT INTO outbox_event (transaction_id, kind, streams, payload, actor_id, request_id, at)
VALUES (pg_current_xact_id()::text::bigint, %s, %s, %s, %s, %s, %s) RETURNING id
"""

RECORD_ALL = """
INSERT INTO outbox_event (transaction_id, kind, streams, payload, actor_id, request_id, at)
SELECT pg_current_xact_id()::text::bigint, told.one ->> 'kind',
    ARRAY(SELECT jsonb_array_elements_text(told.one -> 'streams')), told.one -> 'payload',
    %s, %s, %s
FROM jsonb_array_elements(%s) WITH ORDINALITY AS told (one, place) ORDER BY told.place
"""


def record(
    happened: Kind, *, streams: Iterable[str], actor: AbstractBaseUser | None, now: datetime
) -> Event:
    """Record one event: what happened (`backend.outbox.kinds`), the streams of the pages that show
    something else now, and who did it (`actor` None: the platform itself).

    Must run inside the change's own transaction; raises RuntimeError otherwise, because an event
    without its rows is a lie.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"event {happened.kind} recorded outside a transaction")
    event = Event(
        kind=happened.kind,
        streams=sorted(set(streams)),
        payload=happened.payload(),
        actor_id=actor.pk if actor else None,
        request_id=request_id.get(),
        at=now,
    )
    payload = Jsonb(event.payload)
    (event.pk,) = only(
        RECORD, [event.kind, event.streams, payload, event.actor_id, event.request_id, now]
    )
    transaction.on_commit(doorbell.ring)
    return event


def record_all(
    happened: Iterable[tuple[Kind, Iterable[str]]],
    *,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> None:
    """As record(), many events with their streams in one statement, in their order."""
    told = [
        {"kind": one.kind, "streams": sorted(set(streams)), "payload": one.payload()}
        for one, streams in happened
    ]
    if not told:
        return
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise RuntimeError(f"event {told[0]['kind']} recorded outside a transaction")
    with connection.cursor() as cursor:
        by = actor.pk if actor else None
        cursor.execute(RECORD_ALL, [by, request_id.get(), now, Jsonb(told)])
    transaction.on_commit(doorbell.ring)
