"""Reading what a family has agreed to."""

from __future__ import annotations

from django.db.models import QuerySet

from backend.accounts.models import Consent
from backend.families.models import Family


def consents_of(family: Family) -> QuerySet[Consent]:
    """The guardian's consents for her children, withdrawn ones included, oldest first; none without
    an account."""
    if family.user_id is None:
        return Consent.objects.none()
    return Consent.objects.filter(user_id=family.user_id, child_id__isnull=False).order_by(
        "given_at", "pk"
    )


def live_consents(family: Family) -> QuerySet[Consent]:
    """Those that hold now."""
    return consents_of(family).filter(withdrawn_at__isnull=True)
