"""Whether an account may be closed with what it was opened for."""

from __future__ import annotations

from django.db.models import Q

from backend.accounts.models import User


def has_more(user_id: int) -> bool:
    """She is a volunteer, belongs to a family or has a role, here."""
    rows = User.objects.filter(pk=user_id)
    more = Q(volunteer__isnull=False) | Q(family__isnull=False) | Q(guardianship__isnull=False)
    return rows.filter(more | Q(memberships__isnull=False) | Q(is_staff=True)).exists()
