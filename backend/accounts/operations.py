"""Writes to accounts and to the ledger of consents."""
from __future__ import annotations

from collections.abc import Mapping

from backend.accounts.models import User
from backend.common.locking import operation

PREFERENCES = {"text": "text_size", "theme": "theme", "language": "language"}  # name on the page → field


@operation
def keep_preferences(*, user: User, chosen: Mapping[str, str]) -> None:
    """Remember text size, theme or language with the person, so that her next phone looks the same."""
    fields = {PREFERENCES[name]: value for name, value in chosen.items()}
    User.objects.filter(pk=user.pk).update(**fields)
    for name, value in fields.items():
        setattr(user, name, value)
