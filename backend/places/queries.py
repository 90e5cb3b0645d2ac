"""Reading places: divisions to choose from."""

from __future__ import annotations

from django.db.models import QuerySet
from django.db.models.functions import Length

from backend.places.models import Division

DIGITS = {"county": 6, "street": 9, "village": 12}


def divisions(kind: str, *, within: str = "") -> QuerySet[Division]:
    """Divisions that can be chosen: "county", "street" or "village", under the code `within`."""
    rows = Division.objects.filter(
        operational=True, in_service_area=True, retired_on__isnull=True, code__startswith=within
    )
    return rows.annotate(digits=Length("code")).filter(digits=DIGITS[kind])
