"""Whom it would concern if a session were called off, as one mark: whoever calls it off has seen
them."""

from __future__ import annotations

from hashlib import sha256

from backend.bookings.models import LIVE, Booking
from backend.rota.models import Assignment, Offer


def mark_of_people(session_id: int) -> str:
    """Another one as soon as somebody takes a part in it or gives it up; "" when nobody has one.
    Three statements."""
    there = {"session": session_id}
    places = Assignment.objects.filter(**there, state=Assignment.State.ACTIVE).order_by("pk")
    offers = Offer.objects.filter(**there, state=Offer.State.PENDING).order_by("pk")
    bookings = Booking.objects.filter(**there, state__in=LIVE).order_by("pk")
    people = (
        list(places.values_list("volunteer_id", "shift_id")),
        list(offers.values_list("volunteer_id", "shift_id")),
        list(bookings.values_list("pk", "state", "seats")),
    )
    return sha256(repr(people).encode()).hexdigest()[:16] if any(people) else ""
