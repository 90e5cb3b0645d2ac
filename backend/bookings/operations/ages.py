"""A child's month of birth is put right: what it no longer suits follows at once, and what was
asked because of its age is answered."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.bookings.events import record_bookings, record_offered
from backend.bookings.models import LIVE, Booking
from backend.bookings.operations.line import leave, serve_line, settle_ages
from backend.bookings.queries.ages import not_for
from backend.common.locking import lock, lock_one, operation
from backend.families import operations as families
from backend.families.models import Child, Family
from backend.outbox.kinds import BookingsLeft, SeatAccepted
from backend.rota.models import Session
from backend.rota.policy import not_begun


@operation
def correct_child_and_seats(
    *,
    family_id: int,
    child_id: int,
    nickname: str,
    birth_month: str,
    actor: User | None,
    now: datetime,
    note: str | None = None,
) -> list[Booking]:
    """As families.operations.correct_child_alone(). The child leaves the sessions to come that are
    not for its age; its brothers and sisters keep their seats, and what is freed goes along each
    line. What was asked for the ages alone, and fits now, is asked no more. The bookings that it
    left.
    """
    family = lock_one(Family, family_id)
    before = family.children.filter(pk=child_id).first()
    child = families.correct_child_alone(
        family_id=family_id,
        child_id=child_id,
        nickname=nickname,
        birth_month=birth_month,
        actor=actor,
        now=now,
        note=note,
    )
    if before is None or before.birth_month == child.birth_month:
        return []
    return _follow(family, child, actor, now)


def _follow(family: Family, child: Child, actor: User | None, now: datetime) -> list[Booking]:
    hers = Booking.objects.filter(
        not_begun(now, "session__"), family=family, children=child, state__in=LIVE
    )
    sessions = lock(Session, hers.values_list("session_id", flat=True))
    live = list(hers.filter(session__in=sessions).order_by("session_id"))
    for booking in live:
        booking.session, booking.family = sessions[booking.session_id], family
    left = not_for(child, live)
    settled = []
    for booking in live:
        if booking in left:
            leave(booking, booking.session, [child.pk], now, Booking.EndReason.AGE)
        elif settle_ages(booking, booking.session):
            settled.append(booking)
    for kind, told in ((BookingsLeft, left), (SeatAccepted, settled)):
        if told:
            record_bookings(kind, [b.session for b in told], told, actor=actor, now=now)
    _serve([s for s in sessions.values() if s.state == Session.State.OPEN], actor, now)
    return left


def _serve(sessions: list[Session], actor: User | None, now: datetime) -> None:
    """What is freed goes to the next; and she who waits may be able to come now herself."""
    offered = [booking for session in sessions for booking in serve_line(session, now)]
    if offered:
        record_offered(sessions, offered, actor=actor, now=now)
