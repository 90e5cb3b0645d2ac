"""Gives committed events their numbers: in commit order, without gaps, by one process at a time.

Ids come out of commit order: a transaction that took its id early may commit late, and a reader who
pages by id has passed it by then. So an event gets its number only when every transaction older
than its own has ended; from then on nothing can appear below.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection

from backend.common.prepared import rows
from backend.outbox.shape import Kind, Payload
from backend.outbox.stored import read

NAME = "events"  # the one row of Stream
LOCK = (
    0x6D6F6C69  # advisory; the same number means the same right in every process of this database
)
MOST = 500  # numbered in one statement

# The horizon is the oldest transaction still open when the statement began. Open ones of other
# databases on the same server cannot have written here, so they do not hold our events up; one that
# ended meanwhile is counted as ours until the next round.
STAMP = """
WITH horizon AS (
    SELECT coalesce(min(open.id), pg_snapshot_xmax(pg_current_snapshot()))::text::bigint AS id
    FROM pg_snapshot_xip(pg_current_snapshot()) AS open(id)
    WHERE NOT EXISTS (
        SELECT FROM pg_stat_activity a JOIN pg_database d ON d.oid = a.datid
        WHERE d.datname <> current_database() AND a.backend_xid = open.id::xid
    )
), ready AS (
    SELECT e.id, row_number() OVER (ORDER BY e.transaction_id, e.id) AS place
    FROM outbox_event e, horizon
    WHERE e.seq IS NULL AND e.transaction_id < horizon.id
    ORDER BY e.transaction_id, e.id
    LIMIT %s
), counter AS (
    INSERT INTO outbox_stream AS s (name, last_seq, dispatched_seq)
    SELECT %s, count(*), 0 FROM ready HAVING count(*) > 0
    ON CONFLICT (name) DO UPDATE SET last_seq = s.last_seq + EXCLUDED.last_seq
    RETURNING last_seq - (SELECT count(*) FROM ready) AS before
), stamped AS (
    UPDATE outbox_event e SET seq = counter.before + ready.place
    FROM ready, counter WHERE e.id = ready.id
    RETURNING e.seq, e.kind, e.streams, e.payload, e.request_id
)
SELECT seq, kind, streams, payload, request_id FROM stamped ORDER BY seq
"""
HOLDER = """
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory'
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.classid = 0 AND l.objid = %s AND l.granted
"""
EVICT = f"""
SELECT pg_terminate_backend(a.pid) {HOLDER}
  AND greatest(a.state_change, a.query_start) < clock_timestamp() - make_interval(secs => %s)
"""


class Stamped(NamedTuple):
    """A numbered event, as the hub and the tasks see it."""

    seq: int
    kind: str
    streams: list[str]
    payload: Payload
    request_id: str

    def read(self) -> Kind | None:
        """What happened; None for a kind that this version does not know. Raises Unreadable."""
        return read(self.kind, self.payload)


def stamp(most: int = MOST) -> list[Stamped]:
    """Number the events whose turn has come, at most so many. The caller holds `sole_right()`."""
    return [
        Stamped(seq, kind, streams, json.loads(payload), request)
        for seq, kind, streams, payload, request in rows(STAMP, [most, NAME])
    ]


@contextmanager
def sole_right() -> Iterator[bool]:
    """Whether this process may number events.

    The right ends with the session at the latest, so a killed holder frees it at once.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        row = cursor.fetchone()
    held = bool(row and row[0])
    try:
        yield held
    finally:
        if held and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def evict_silent_holder(seconds: float) -> bool:
    """End the session that holds the right but has asked nothing for so long (a frozen process);
    whether one was ended.

    A holder looks at the table twice a second. When it thaws, its session is gone, so it cannot
    number beside the new one.
    """
    with connection.cursor() as cursor:
        cursor.execute(EVICT, [LOCK, seconds])
        return cursor.fetchone() is not None
