"""A guardian takes a consent back: what stood on it ends with it."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.accounts.purposes import ConsentPurpose
from backend.bookings.events import record_bookings
from backend.bookings.models import LIVE, Booking
from backend.bookings.operations.line import leave, serve_line
from backend.common.locking import lock, lock_one, operation
from backend.families.models import Family
from backend.families.operations import end_consent
from backend.outbox.kinds import BookingsLeft
from backend.rota.models import Session
from backend.rota.policy import not_begun


@operation
def withdraw_consent_and_seats(
    *, family_id: int, child_id: int, purpose: str, actor: User | None, now: datetime
) -> list[Booking]:
    """Take the yes back; without the yes to booking the child leaves everything that it was still
    to come to. The bookings that it left. Repeating it is nothing. Raises NotHerChild.
    """
    lock_one(Family, family_id)
    left: list[Booking] = []
    if purpose == ConsentPurpose.BOOKING:
        left = leave_bookings(
            family_id=family_id,
            child_id=child_id,
            reason=Booking.EndReason.CONSENT,
            actor=actor,
            now=now,
        )
    end_consent(family_id=family_id, child_id=child_id, purpose=purpose, actor=actor, now=now)
    return left


@operation
def leave_bookings(
    *,
    family_id: int,
    child_id: int,
    reason: str = "",
    actor: User | None,
    now: datetime,
    session_id: int | None = None,
) -> list[Booking]:
    """The child comes to nothing that has not begun, or to this session alone; its brothers and
    sisters keep their seats. What is freed goes along each line."""
    lock_one(Family, family_id)
    hers = Booking.objects.filter(
        not_begun(now, "session__"), family_id=family_id, children=child_id, state__in=LIVE
    )
    if session_id is not None:
        hers = hers.filter(session=session_id)
    sessions = lock(Session, hers.values_list("session_id", flat=True))
    left = list(hers.filter(session__in=sessions).order_by("session_id"))
    offered: list[Booking] = []
    for booking in left:
        session = sessions[booking.session_id]
        leave(booking, session, [child_id], now, reason)
        offered += serve_line(session, now)
    if left:
        record_bookings(
            BookingsLeft,
            list(sessions.values()),
            left,
            offered=offered,
            actor=actor,
            now=now,
        )
    return left
