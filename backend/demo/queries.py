"""What the demo city came to, counted in the database."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Sum

from backend.bookings.models import Booking
from backend.families.models import Child, Family, Request
from backend.places.models import Division, Venue
from backend.records.models import SessionReport
from backend.rota.models import Assignment, Offer, Rota, Session
from backend.volunteers.models import Volunteer

FIRST = (("姐妹乡伴", "station"), ("茉莉姐姐", "moli"), ("小桔灯", "mentor"))


@dataclass(frozen=True)
class Line:
    what: str
    count: int


def totals() -> list[Line]:
    """The figures that a reader can compare with the federation's own."""
    reports = SessionReport.objects.filter(
        session__rota__state=Rota.State.CLOSED, session__programme__code="beibei"
    )
    draft = Session.objects.filter(rota__state=Rota.State.DRAFT)
    return [
        Line("streets", Division.objects.filter(code__regex=r"^\d{9}$").count()),
        Line("villages", Division.objects.filter(code__regex=r"^\d{12}$").count()),
        Line("volunteers", Volunteer.objects.count()),
        *(
            Line(f"of them {name}", Volunteer.objects.filter(programmes__code=code).count())
            for name, code in FIRST
        ),
        Line("families", Family.objects.count()),
        Line("children", Child.objects.count()),
        Line(
            "姐妹乡伴 service stations",
            Venue.objects.filter(name__endswith="姐妹乡伴服务站").count(),
        ),
        Line("贝贝老师 sessions of the last period", reports.count()),
        Line(
            "person-times that they reached", reports.aggregate(n=Sum("persons_served"))["n"] or 0
        ),
        Line(
            "sessions with a time in the draft rota", draft.filter(starts_at__isnull=False).count()
        ),
        Line("open-ended sessions in it", draft.filter(starts_at__isnull=True).count()),
        Line("open requests", Request.objects.filter(state=Request.State.OPEN).count()),
        Line("published rotas", Rota.objects.filter(state=Rota.State.PUBLISHED).count()),
        Line(
            "assignments in them", Assignment.objects.filter(state=Assignment.State.ACTIVE).count()
        ),
        Line(
            "offers waiting for an answer", Offer.objects.filter(state=Offer.State.PENDING).count()
        ),
        Line("bookings", Booking.objects.count()),
    ]
