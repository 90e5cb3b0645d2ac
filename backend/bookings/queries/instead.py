"""What else fits a family whose seats are gone: sessions of the same kind to which all the children
of that booking could go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import prefetch_related_objects

from backend.bookings.admission import broken_rules
from backend.bookings.models import Booking
from backend.bookings.policy import free_seats
from backend.bookings.queries.finding import REACH_KM, bookable
from backend.bookings.queries.hindrances import agreed_elsewhere
from backend.bookings.queries.lines import avoided_people
from backend.rota.models import Session
from matching import kilometres

AT_MOST = 2  # named in a message; the page lists them all
LOOK_AHEAD = timedelta(days=21)


def instead_of(bookings: Sequence[Booking], now: datetime) -> dict[int, list[Session]]:
    """Booking → the first sessions after now with free seats for its children, of the same
    programme and within reach, that meet nothing that the family has agreed to and nobody whom she
    avoids. At most AT_MOST each, in order of time. Reads `booking.session`; a constant number of
    statements."""
    if not bookings:
        return {}
    prefetch_related_objects(bookings, "family", "children")
    beside = agreed_elsewhere(bookings)
    programmes = {booking.session.programme_id for booking in bookings}
    candidates = [
        *bookable()
        .filter(
            programme__in=programmes,
            starts_at__gt=now,
            starts_at__lte=now + LOOK_AHEAD,
        )
        .order_by("starts_at", "pk")
    ]
    families = {booking.family_id for booking in bookings}
    avoided = avoided_people(families, [session.pk for session in candidates])
    found = {}
    for booking in bookings:
        others = [other.session for other in beside[booking.pk]]
        fitting = (
            session
            for session in candidates
            if _may_suit(booking, session)
            and not broken_rules(
                booking.family,
                list(booking.children.all()),
                session,
                beside=others,
                avoided=avoided.get((booking.family_id, session.pk), ()),
            )
        )
        found[booking.pk] = list(islice(fitting, AT_MOST))
    return found


def _may_suit(booking: Booking, session: Session) -> bool:
    """What can be seen before the rules are asked. Who waits already comes before her."""
    home = (booking.family.latitude, booking.family.longitude)
    return (
        session.programme_id == booking.session.programme_id
        and session.pk != booking.session_id
        and not session.waiting  # type: ignore[attr-defined]
        and free_seats(session) >= booking.seats
        and kilometres(home, (session.latitude, session.longitude)) <= REACH_KM
    )
