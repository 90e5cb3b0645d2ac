"""Work that one process does at a time.

The right is an advisory lock of the database session and nothing else: it ends with the session, so
a killed worker's place is free at once, and no clock tells a slow one from a dead one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def alone_at(work: int, key: int = 0) -> Iterator[bool]:
    """Whether nobody else works on `key` of this kind of `work`; until the end nobody else will."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [work, key])
        (mine,) = cursor.fetchone() or (False,)
    try:
        yield mine
    finally:
        if mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [work, key])
