"""Reading who a family is, and what it has agreed to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from backend.accounts.models import Consent, User
from backend.accounts.purposes import ConsentPurpose
from backend.families.models import Child, Family, Guardian, Request
from backend.volunteers.free_time import Span


def behind(user: Any) -> Coalesce:
    """For a query: the key of the family that this user (or its key, or an expression) registered
    or was let into; null when there is none."""
    own = Family.objects.filter(user=user).values("pk")
    joined = Guardian.objects.filter(user=user).values("family_id")
    return Coalesce(Subquery(own), Subquery(joined))


def is_guardian(user: User) -> bool:
    """She signs in for a family: her own, or one that let her in."""
    return hasattr(user, "family") or hasattr(user, "guardianship")


def asked_in(user: User, now: datetime) -> QuerySet[Guardian]:
    """Families that ask her in, by the number that she has shown to hold, and still holds."""
    own = getattr(user, "own_phone", None)
    if own is None or not own.is_hers_still(now):
        return Guardian.objects.none()
    rows = Guardian.objects.filter(phone_index=own.number_index, user=None, until__gt=now)
    return rows.filter(family__active=True).select_related("family").order_by("pk")


def guardians_of(family: Family, now: datetime) -> QuerySet[Guardian]:
    """Whom it let in, and whom it has asked and who may still accept, the oldest first."""
    rows = family.guardians.exclude(user=None, until__lte=now)
    return rows.order_by(F("joined_at").asc(nulls_last=True), "pk")


def consents_of(family: Family) -> QuerySet[Consent]:
    """What its grown-ups have agreed to for its children, whoever of them gave it, withdrawn ones
    and those for erased children included, oldest first."""
    joined = family.guardians.filter(user__isnull=False).values("user")
    hers = Q(user=family.user_id) | Q(user__in=joined) | Q(child_id__in=_children_of(family))
    return Consent.objects.filter(hers, child_id__isnull=False).order_by("given_at", "pk")


def live_consents(family: Family) -> QuerySet[Consent]:
    """Those for its children that hold now; one grown-up may take back what another gave."""
    rows = Consent.objects.filter(child_id__in=_children_of(family), withdrawn_at__isnull=True)
    return rows.order_by("given_at", "pk")


def live_consents_for(child: Child) -> QuerySet[Consent]:
    """Those for one of its children that hold now. One statement."""
    return live_consents(child.family).filter(child_id=child.pk)


def children_agreed_to(family: Family, purpose: ConsentPurpose) -> frozenset[int]:
    """Those for whom a grown-up agrees to this now. One statement."""
    rows = live_consents(family).filter(purpose=purpose)
    return frozenset(row.child_id for row in rows if row.child_id is not None)


def children_with_consent(family: Family) -> QuerySet[Child]:
    """Its children, each knowing whether a grown-up agrees (`agreed`) to the use of its data for
    booking. One statement."""
    return family.children.annotate(agreed=agreed_to_booking()).order_by("pk")


def was_let_in(family: Family) -> bool:
    """Who signs in for it is not who registered it. One statement."""
    return family.guardians.filter(user=family.user).exists()


def family_hours(family: Family) -> list[Span]:
    """When it is free in a week. One statement."""
    return list(family.availability.values_list("weekday", "start", "end"))


def has_several_children(family: Family) -> bool:
    """Who comes is a question then. One statement."""
    return family.children.count() > 1


def wishes_on_her_list(family: Family) -> QuerySet[Request]:
    """What it asks for now or has paused, with the children it is for. Two statements."""
    rows = family.requests.filter(state__in=(Request.State.OPEN, Request.State.PAUSED))
    return rows.select_related("programme", "family").prefetch_related("children").order_by("pk")


def wishes_to_end(family: Family) -> QuerySet[Request]:
    """What ends when the family goes: all that is not closed yet. One statement."""
    return family.requests.exclude(state=Request.State.CLOSED).select_related("programme")


def _children_of(family: Family) -> QuerySet[Child, Any]:
    return Child.objects.filter(family=family).values("pk")


def agreed_to_booking() -> Exists:
    """For a query of children: whether a guardian agrees, now, to the use of this child's data for
    booking and planning. The one predicate for it."""
    return Exists(
        Consent.objects.filter(
            child_id=OuterRef("pk"),
            purpose=Consent.Purpose.BOOKING,
            withdrawn_at__isnull=True,
        )
    )


def bookable_children() -> QuerySet[Child]:
    """The children whose data may be read to plan and to book, in a fixed order."""
    return Child.objects.filter(agreed_to_booking()).order_by("pk")


def family_of(user: Any) -> QuerySet[Family]:
    """The family behind() a user, while it takes part."""
    return Family.objects.filter(pk=behind(user), active=True)
