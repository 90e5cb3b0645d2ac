"""All bookings of a session that does not take place, or of a family that leaves."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.bookings.events import record_bookings
from backend.bookings.models import HAS_SEAT, LIVE, Booking
from backend.bookings.operations.line import end, serve_line
from backend.common.locking import lock, lock_one, operation
from backend.families.models import Family
from backend.outbox.kinds import BookingsCalledOff, BookingsLeft
from backend.rota.models import Session
from backend.rota.policy import not_begun


@operation
def cancel_bookings_of_session(
    *, session_id: int, actor: User | None, now: datetime
) -> list[Booking]:
    """End every live booking of a cancelled session, so that each family's page says so.

    A session that takes place keeps its own.
    """
    session = lock_one(Session, session_id)
    if session.state != Session.State.CANCELLED:
        return []
    live = list(Booking.objects.filter(session=session, state__in=LIVE))
    had = [booking for booking in live if booking.state in HAS_SEAT]
    waited = [booking for booking in live if booking.state not in HAS_SEAT]
    if live:
        end(had, session, Booking.State.CANCELLED, now, Booking.EndReason.CALLED_OFF)
        end(waited, session, Booking.State.CANCELLED, now, Booking.EndReason.OFF_WAITING)
        record_bookings(BookingsCalledOff, [session], live, actor=actor, now=now)
    return live


@operation
def cancel_bookings_of_family(
    *, family_id: int, actor: User | None, now: datetime
) -> list[Booking]:
    """Give up everything that the family has not been to yet; the seats go along each line."""
    lock_one(Family, family_id)
    ahead = not_begun(now, "session__")
    mine = Booking.objects.filter(ahead, family_id=family_id, state__in=LIVE)
    sessions = lock(Session, mine.values_list("session_id", flat=True))
    live = list(mine.filter(session__in=sessions))
    offered: list[Booking] = []
    for booking in live:
        session = sessions[booking.session_id]
        end([booking], session, Booking.State.CANCELLED, now)
        offered += serve_line(session, now)
    if live:
        record_bookings(
            BookingsLeft,
            list(sessions.values()),
            live,
            offered=offered,
            actor=actor,
            now=now,
        )
    return live
