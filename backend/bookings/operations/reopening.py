"""A session that was called off takes place after all: its families stand in its line again."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from backend.accounts.models import User
from backend.bookings.events import record_bookings
from backend.bookings.models import LIVE, Booking
from backend.bookings.operations.line import serve_line
from backend.bookings.policy import kept_again_by
from backend.bookings.queries.hindrances import Hindrance, hindrances
from backend.common.locking import lock_one, operation
from backend.outbox.kinds import BookingsReopened
from backend.rota.models import Session

CALLED_OFF = (Booking.EndReason.CALLED_OFF, Booking.EndReason.OFF_WAITING)


def called_off_in(session_id: int) -> list[Booking]:
    """The bookings that ended because the session was called off, of families that are still here
    and have no other one in it."""
    here = Booking.objects.filter(session=session_id)
    again = here.filter(state__in=LIVE).values("family")
    ended = here.filter(state=Booking.State.CANCELLED, end_reason__in=CALLED_OFF)
    rows = ended.filter(family__active=True).exclude(family__in=again)
    return list(
        rows.select_related("family").order_by("family", "-made_at", "-pk").distinct("family")
    )


class BackInLine(NamedTuple):
    """Who is in the line again, and what keeps the others from it (by booking)."""

    back: list[Booking]
    hindered: dict[int, Hindrance]


@operation
def put_back_in_line(*, session_id: int, actor: User | None, now: datetime) -> BackInLine:
    """Everybody whose booking ended with the session is in its line again: those who had seats
    before those who waited for one, each in the order in which they came; seats that are free
    already are on offer to them, to those who had seats for longer. A family that cannot come any
    more is left out.

    A session that does not take place changes nothing.
    """
    session = lock_one(Session, session_id)
    if session.state == Session.State.CANCELLED:
        return BackInLine([], {})
    found = called_off_in(session_id)
    had_seats = {b.pk for b in found if b.end_reason == Booking.EndReason.CALLED_OFF}
    for booking in found:
        _wait_again(booking, session, reopened=booking.pk in had_seats)
    hindered = hindrances(found) if found else {}
    back = [booking for booking in found if booking.pk not in hindered]
    by = kept_again_by(session, now)
    _serve(session, [booking for booking in back if booking.pk in had_seats], now, by)
    _serve(session, [booking for booking in back if booking.pk not in had_seats], now)
    if back:
        record_bookings(BookingsReopened, [session], back, actor=actor, now=now)
    return BackInLine(back, hindered)


def _wait_again(booking: Booking, session: Session, *, reopened: bool) -> None:
    booking.session = session
    booking.reopened = reopened
    booking.state = Booking.State.WAITING
    booking.ended_at = None
    booking.end_reason = Booking.EndReason.HERSELF
    booking.answer_by = None
    booking.changed_from = None


def _serve(
    session: Session, back: list[Booking], now: datetime, by: datetime | None = None
) -> None:
    Booking.objects.bulk_update(
        back, ["state", "ended_at", "end_reason", "answer_by", "changed_from", "reopened"]
    )
    if back and session.state == Session.State.OPEN:
        serve_line(session, now, by)
