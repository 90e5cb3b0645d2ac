"""What a task would have done that never ran: its worker met a database that was away, or Redis
died with it."""

from __future__ import annotations

from datetime import datetime

from backend.bookings.models import LIVE, Booking
from backend.bookings.operations.ending import cancel_bookings_of_session
from backend.bookings.operations.seats import offer_freed_seats
from backend.rota.models import Session
from backend.rota.policy import SEATS


def serve_forgotten(*, now: datetime) -> int:
    """Offer free seats beside which somebody waits, and end bookings of cancelled sessions; how
    many bookings were touched.

    Mostly there are none: two statements. A line whose first families need more seats than are free
    is looked at again each time.
    """
    lines = Session.objects.filter(
        state=Session.State.OPEN,
        seats_taken__lt=SEATS,
        bookings__state=Booking.State.WAITING,
        starts_at__gt=now,
    )
    ended = Session.objects.filter(state=Session.State.CANCELLED, bookings__state__in=LIVE)
    waiting, cancelled = (
        list(rows.order_by("pk").values_list("pk", flat=True).distinct()) for rows in (lines, ended)
    )
    offered = sum(len(offer_freed_seats(session_id=pk, now=now)) for pk in waiting)
    return offered + sum(
        len(cancel_bookings_of_session(session_id=pk, actor=None, now=now)) for pk in cancelled
    )
