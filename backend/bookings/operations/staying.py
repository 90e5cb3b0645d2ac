"""What a family says of a class that has no minder any more: that it comes all the same, or not.
Its seats stay its own until it says no: it has changed nothing."""

from __future__ import annotations

from datetime import datetime

from backend.bookings.models import Booking
from backend.bookings.policy import may_say_whether
from backend.bookings.queries import without_minder
from backend.rota.models import Session


def note_whether(booking: Booking, session: Session, now: datetime, *, stays: bool) -> bool:
    """Write it down where it is asked; whether it was, and says something new. Call it under the
    session's lock. At most two statements, none of a class that is farther than a day."""
    if booking.stays is stays or not may_say_whether(booking, session, now):
        return False
    if not without_minder([session.pk]):
        return False
    booking.stays = stays
    booking.save(update_fields=["stays"])
    return True
