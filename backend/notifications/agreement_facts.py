"""What a message says of a version that volunteers are asked to agree to. As in `facts`: a constant
number of statements; what is true no more is left out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef

from backend.common.bulk import among
from backend.volunteers.models import AgreementVersion
from backend.words.saying import About

Found = dict[int, About]


def agreement_asked(ids: Collection[int], now: datetime) -> Found:
    """No newer version of the same organisation is asked for by then."""
    newer = AgreementVersion.objects.filter(
        organisation=OuterRef("organisation"),
        number__gt=OuterRef("number"),
        from_on__lte=OuterRef("from_on"),
    )
    rows = AgreementVersion.objects.filter(~Exists(newer), among("pk", ids))
    return {
        one.pk: About(key=one.pk, number=one.number, name=one.organisation.name, day=one.from_on)
        for one in rows.select_related("organisation").order_by("pk")
    }


OF_AGREEMENTS = (agreement_asked,)
