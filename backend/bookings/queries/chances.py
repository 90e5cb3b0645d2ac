"""How such wishes went in the last weeks, near a family."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q

from backend.bookings.models import Booking
from backend.families.models import Family, Request
from backend.places.codes import COUNTY

WEEKS = 8
SETTLED = timedelta(days=7)  # younger wishes have not seen a plan yet


class Chance(NamedTuple):
    many: int  # other families of her county that wished
    met: int  # that were given a seat at least once
    known: int  # that have come to something, once: whom somebody has seen


NOBODY = Chance(0, 0, 0)


def chances(family: Family, now: datetime) -> dict[int, Chance]:
    """Programme → how the wishes of the last weeks for it went, that stood for a week at least and
    were not her own; a seat that she was given and did not want is one, too. Families are counted:
    the many wishes of one do not pass for those of many. One statement."""
    since = now - timedelta(weeks=WEEKS)
    given = Booking.objects.filter(request=OuterRef("pk"), made_at__gt=since)
    met = Exists(given.exclude(end_reason=Booking.EndReason.REPLANNED))
    came = Booking.objects.filter(family=OuterRef("family"), state=Booking.State.ATTENDED)
    rows = (
        Request.objects.filter(
            Q(state=Request.State.OPEN) | Q(closed_at__gt=since),
            group="",
            created_at__lte=now - SETTLED,
            family__street__code__startswith=family.street_id[:COUNTY],
        )
        .exclude(family=family)
        .annotate(was_met=met, came=Exists(came))
        .values("programme")
        .annotate(
            many=Count("family", distinct=True),
            met=Count("family", distinct=True, filter=Q(was_met=True)),
            known=Count("family", distinct=True, filter=Q(came=True)),
        )
        .order_by()
    )
    return {row["programme"]: Chance(row["many"], row["met"], row["known"]) for row in rows}
