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
class Total:
    what: str
    count: int


def totals() -> list[Total]:
    """The figures that a reader can compare with the federation's own."""
    return [*_of_registers(), *_of_sessions(), *_of_rotas()]


def _of_registers() -> list[Total]:
    volunteers = Volunteer.objects.all()
    stations = Venue.objects.filter(name__endswith="姐妹乡伴服务站")
    return [
        Total("streets", Division.objects.filter(code__regex=r"^\d{9}$").count()),
        Total("villages", Division.objects.filter(code__regex=r"^\d{12}$").count()),
        Total("volunteers", volunteers.count()),
        *(
            Total(f"of them {name}", volunteers.filter(programmes__code=code).count())
            for name, code in FIRST
        ),
        Total("families", Family.objects.count()),
        Total("children", Child.objects.count()),
        Total("姐妹乡伴 service stations", stations.count()),
    ]


def _of_sessions() -> list[Total]:
    reports = SessionReport.objects.filter(
        session__rota__state=Rota.State.CLOSED, session__programme__code="beibei"
    )
    reached = reports.aggregate(n=Sum("persons_served"))["n"] or 0
    draft = Session.objects.filter(rota__state=Rota.State.DRAFT)
    timed = draft.filter(starts_at__isnull=False)
    return [
        Total("贝贝老师 sessions of the last period", reports.count()),
        Total("person-times that they reached", reached),
        Total("sessions with a time in the draft rota", timed.count()),
        Total("open-ended sessions in it", draft.filter(starts_at__isnull=True).count()),
    ]


def _of_rotas() -> list[Total]:
    requests = Request.objects.filter(state=Request.State.OPEN)
    rotas = Rota.objects.filter(state=Rota.State.PUBLISHED)
    assignments = Assignment.objects.filter(state=Assignment.State.ACTIVE)
    offers = Offer.objects.filter(state=Offer.State.PENDING)
    return [
        Total("open requests", requests.count()),
        Total("published rotas", rotas.count()),
        Total("assignments in them", assignments.count()),
        Total("offers waiting for an answer", offers.count()),
        Total("bookings", Booking.objects.count()),
    ]
