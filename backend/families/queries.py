"""Reading what a family has agreed to."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from backend.accounts.models import Consent
from backend.families.models import Child, Family


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


def agreed_to_booking() -> Exists:
    """For a query of children: whether the guardian agrees, now, to the use of this child's data
    for booking and planning. The one predicate for it."""
    return Exists(
        Consent.objects.filter(
            user=OuterRef("family__user"),
            child_id=OuterRef("pk"),
            purpose=Consent.Purpose.BOOKING,
            withdrawn_at__isnull=True,
        )
    )


def bookable_children() -> QuerySet[Child]:
    """The children whose data may be read to plan and to book, in a fixed order."""
    return Child.objects.filter(agreed_to_booking()).order_by("pk")
