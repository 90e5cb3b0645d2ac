"""Counting what may be tried only so often."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from backend.accounts.models import Attempt, Reply
from backend.common.locking import operation
from backend.common.prepared import only, run

COUNT = """
INSERT INTO accounts_attempt AS a (key, count, until) VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN a.until <= %s THEN 1 ELSE a.count + 1 END,
    until = CASE WHEN a.until <= %s THEN excluded.until ELSE a.until END
RETURNING count
"""
TAKE_BACK = "UPDATE accounts_attempt SET count = count - 1 WHERE key = %s AND count > 0"
REPLY_KEPT = timedelta(days=1)  # a form that is sent again after that is done again


@operation
def count_attempt(*, counters: Mapping[bytes, int], window: timedelta, now: datetime) -> bool:
    """Count one try on each counter, beforehand, so that many at once cannot pass together; whether
    all allow it.

    A counter begins anew `window` after its first try, however often it was tried meanwhile.
    """
    found = {key: only(COUNT, [key, now + window, now, now])[0] for key in sorted(counters)}
    return all(found[key] <= most for key, most in counters.items())


@operation
def count_one(*, key: bytes, window: timedelta, now: datetime) -> int:
    """Count one try on this counter; how many there are now."""
    return int(only(COUNT, [key, now + window, now, now])[0])


@operation
def take_back_attempt(*, counters: Mapping[bytes, int]) -> None:
    """It was none to be counted: she knew her password."""
    for key in sorted(counters):
        run(TAKE_BACK, [key])


@operation
def forget_attempts(*, now: datetime) -> int:
    """Remove counters whose time is over."""
    return Attempt.objects.filter(until__lte=now).delete()[0]


@operation
def forget_replies(*, now: datetime) -> int:
    """Remove what forms with a key led to (web/idempotency.py), once nobody sends them again."""
    return Reply.objects.filter(at__lt=now - REPLY_KEPT).delete()[0]
