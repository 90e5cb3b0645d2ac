"""Reading places: divisions to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from backend.places.models import Division, Venue

DIGITS = {"county": 6, "street": 9, "village": 12}


def divisions(kind: str, *, within: str = "") -> QuerySet[Division]:
    """Divisions that can be chosen: "county", "street" or "village", under the code `within`."""
    rows = Division.objects.filter(
        operational=True, in_service_area=True, retired_on__isnull=True, code__startswith=within
    )
    return rows.annotate(digits=Length("code")).filter(digits=DIGITS[kind])


def venues_under(codes: Sequence[str]) -> QuerySet[Venue]:
    """The venues in the streets that lie under one of these codes, or that one of them lies in; ""
    is the whole city."""
    here = Q(pk__in=[])
    for code in codes:
        here |= Q(street__code__startswith=code[: DIGITS["street"]])
    return Venue.objects.filter(here).select_related("street").order_by("street_id", "name", "pk")
