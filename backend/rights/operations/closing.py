"""Whether an account may be closed with what it was opened for, and its end."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from backend.accounts.models import User
from backend.accounts.operations import close_account
from backend.common.locking import operation
from backend.organisations.models import NumberQuestion


def has_more(user_id: int) -> bool:
    """She is a volunteer, belongs to a family or has a role, here."""
    rows = User.objects.filter(pk=user_id)
    more = Q(volunteer__isnull=False) | Q(family__isnull=False) | Q(guardianship__isnull=False)
    return rows.filter(more | Q(memberships__isnull=False) | Q(is_staff=True)).exists()


@operation
def close(*, user_id: int, now: datetime) -> None:
    """The account and whose number it was asked to be."""
    NumberQuestion.objects.filter(user=user_id).delete()
    close_account(user_id=user_id, now=now)
