"""How many people a session reached."""

from __future__ import annotations

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from backend.bookings.models import Booking
from backend.records.models import SessionReport
from backend.rota.models import Session


def with_persons(rows: QuerySet[Session]) -> QuerySet[Session]:
    """Each with `persons`: as many as its report says; where nobody wrote one, the children who
    came."""
    told = SessionReport.objects.filter(session=OuterRef("pk")).values("persons_served")
    came = (
        Booking.objects.filter(session=OuterRef("pk"), state=Booking.State.ATTENDED)
        .order_by()
        .values("session")
        .annotate(n=Sum("seats"))
        .values("n")
    )
    counted = Coalesce(
        Subquery(told, output_field=IntegerField()), Subquery(came, output_field=IntegerField()), 0
    )
    return rows.annotate(persons=counted)
