"""Which families have seats, and when: the bookings' answers to the questions of the rota."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, When

from backend.bookings.models import LIVE, Booking
from backend.bookings.states import SEATED
from backend.rota.models import Session
from backend.rota.snapshot.rows import JsonList


class SeatedByBookings:
    """What each method promises stands with the questions: rota/snapshot/seated.py."""

    def when_booked(self, family: OuterRef, begins: datetime, ends: datetime) -> QuerySet[Any, Any]:
        refused = Q(  # what a plan gave to her wish, and what she did not want
            state=Booking.State.CANCELLED,
            end_reason=Booking.EndReason.HERSELF,
            request__isnull=False,
        )
        rows = Booking.objects.filter(
            Q(state__in=LIVE) | refused,
            family=family,
            session__starts_at__lt=ends,
            session__ends_at__gt=begins,
        )
        had = Case(When(state__in=LIVE, then=F("request")), default=None)
        return rows.values(row=JsonList(had, "session", "session__starts_at", "session__ends_at"))

    def seats_of(
        self, families: Collection[int], sessions: Collection[int]
    ) -> QuerySet[Booking, tuple[int, int]]:
        rows = Booking.objects.filter(family__in=families, session__in=sessions, state__in=SEATED)
        return rows.values_list("family", "session")

    def seats_of_shunned(
        self, sessions: QuerySet[Session] | Collection[int]
    ) -> QuerySet[Booking, tuple[int, int, int | None]]:
        rows = Booking.objects.filter(
            session__in=sessions, state__in=SEATED, family__avoids__isnull=False
        )
        return rows.values_list(F("family__avoids__volunteer"), "session", "request")
