"""Writes to accounts and to the ledger of consents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from backend.accounts.models import Attempt, Reply, User
from backend.common.locking import operation
from backend.common.prepared import only, run
from backend.outbox.kinds import SignedOut
from backend.outbox.record import record

COUNT = """
INSERT INTO accounts_attempt AS a (key, count, until) VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN a.until <= %s THEN 1 ELSE a.count + 1 END,
    until = CASE WHEN a.until <= %s THEN excluded.until ELSE a.until END
RETURNING count
"""
TAKE_BACK = "UPDATE accounts_attempt SET count = count - 1 WHERE key = %s AND count > 0"
REPLY_KEPT = timedelta(days=1)  # a form that is sent again after that is done again
PREFERENCES = {
    "text": "text_size",
    "theme": "theme",
    "language": "language",
}  # name on the page → field


@operation
def keep_preferences(*, user: User, chosen: Mapping[str, str]) -> None:
    """Remember text size, theme or language with the person, so that her next phone looks the
    same."""
    fields = {PREFERENCES[name]: value for name, value in chosen.items()}
    User.objects.filter(pk=user.pk).update(**fields)
    for name, value in fields.items():
        setattr(user, name, value)


@operation
def tell_signed_out(*, user: User, now: datetime) -> None:
    """One of her sessions ended, or all did.

    Call it in the transaction that ends them: her open pages ask who she is again.
    """
    record(
        SignedOut(user=user.pk),
        streams=[f"user.{user.pk}"],
        actor=user,
        now=now,
    )


@operation
def count_attempt(*, counters: Mapping[bytes, int], window: timedelta, now: datetime) -> bool:
    """Count one try on each counter, beforehand, so that many at once cannot pass together; whether
    all allow it.

    A counter begins anew `window` after its first try, however often it was tried meanwhile.
    """
    found = {key: only(COUNT, [key, now + window, now, now])[0] for key in sorted(counters)}
    return all(found[key] <= most for key, most in counters.items())


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
