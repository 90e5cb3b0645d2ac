"""How many people a session reached."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from backend.bookings.models import Booking
from backend.records.models import Feedback, SessionReport
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


FEWEST = 3  # families, before it is shown how a class was


@dataclass(frozen=True)
class Felt:
    """How many families say that a tutor came, that none came, and how it was."""

    came: int
    missed: int
    well: int
    fairly: int
    badly: int

    @property
    def shows_how(self) -> bool:
        """Of one or two it would be known who said it."""
        return self.well + self.fairly + self.badly >= FEWEST


def felt_at(session: Session) -> Felt:
    """One statement."""
    counted = Feedback.objects.filter(booking__session=session).aggregate(
        came=Count("pk", filter=Q(tutor_came=True)),
        missed=Count("pk", filter=Q(tutor_came=False)),
        well=Count("pk", filter=Q(felt=Feedback.Felt.WELL)),
        fairly=Count("pk", filter=Q(felt=Feedback.Felt.FAIRLY)),
        badly=Count("pk", filter=Q(felt=Feedback.Felt.BADLY)),
    )
    return Felt(**counted)


@dataclass(frozen=True)
class Told:
    """What a form about a session's report begins with: what was said, or as many as came by the
    check-ins at the door, a grown-up with each family."""

    report: SessionReport | None
    children: int
    adults: int
    families: Felt

    @property
    def said(self) -> str:
        return self.report.said if self.report else ""

    @property
    def mark(self) -> str:
        return self.report.mark if self.report else ""


def told_of(session: Session) -> Told:
    """Three statements, two where it was reported."""
    rows = SessionReport.objects.filter(session=session)
    report = rows.select_related("made_by", "corrected_by").first()
    families = felt_at(session)
    if report is not None:
        return Told(report, report.children_served, report.adults_served, families)
    came = Booking.objects.filter(session=session, state=Booking.State.ATTENDED)
    at_door = came.aggregate(children=Sum("seats"), families=Count("pk"))
    return Told(None, at_door["children"] or 0, at_door["families"], families)


def said_of(bookings: Collection[int]) -> dict[int, Feedback]:
    """What families said after the class, by the booking. One statement."""
    rows = Feedback.objects.filter(booking__in=bookings)
    return {row.booking_id: row for row in rows}
