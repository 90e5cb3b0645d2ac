"""Who opens and leads cases: the officers of the very organisation that keeps them. A rank above it
gives no look inside."""

from __future__ import annotations

from django.db.models import QuerySet

from backend.access.queries import Someone
from backend.access.refusals import NotSeen
from backend.cases.models import CareCase
from backend.organisations.models import Membership, Organisation
from backend.organisations.queries import memberships

LEADS = Membership.Role.CASES


def offices_of(user: Someone) -> list[Organisation]:
    """The organisations whose cases she leads."""
    return [m.organisation for m in memberships(user) if m.role == LEADS]


def officers_of(organisation_id: int) -> list[int]:
    """The users who lead its cases. One statement."""
    rows = Membership.objects.filter(role=LEADS, organisation=organisation_id, user__is_active=True)
    return list(rows.order_by("user").values_list("user", flat=True))


def cases_led(user: Someone) -> QuerySet[CareCase]:
    """Nothing that is sealed; the newest first."""
    rows = CareCase.objects.filter(organisation__in=[one.pk for one in offices_of(user)])
    return rows.defer("about").select_related("organisation").order_by("-pk")


def case_led(user: Someone, pk: int) -> CareCase:
    """Raises NotSeen."""
    row = cases_led(user).filter(pk=pk).select_related("organisation", "engagement").first()
    if row is None:
        raise NotSeen
    return row
