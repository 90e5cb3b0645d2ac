"""Writes to accounts and to the ledger of consents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from backend.accounts.models import User
from backend.common.locking import operation
from backend.outbox.record import record

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
    record("signed_out", streams=[f"user.{user.pk}"], now=now, actor_id=user.pk, user=user.pk)
