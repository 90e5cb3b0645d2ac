"""What a task would have done that never ran: its worker met a database that was away, or Redis
died with it."""

from __future__ import annotations

from datetime import datetime
from itertools import chain

from backend.bookings.models import LIVE, Booking
from backend.bookings.operations.ending import cancel_bookings_of_session
from backend.bookings.operations.seats import offer_freed_seats
from backend.common.pieces import GoOn, to_the_end, work_off
from backend.rota.models import Session
from backend.rota.policy import SEATS, not_begun

STRIDE = 997  # lines between where one minute begins and where the next does


def serve_forgotten(*, now: datetime, go_on: GoOn = to_the_end) -> int:
    """Offer free seats beside which somebody waits, and end bookings of cancelled sessions; how
    many bookings were touched.

    Mostly there are none: two statements. One transaction a session, `go_on` asked after each. A
    line whose first families need more seats than are free is looked at again each time, and each
    minute begins with another one: else whoever stops early would never come to the last.
    """
    lines = Session.objects.filter(
        not_begun(now),
        state=Session.State.OPEN,
        seats_taken__lt=SEATS,
        bookings__state=Booking.State.WAITING,
    )
    ended = Session.objects.filter(state=Session.State.CANCELLED, bookings__state__in=LIVE)
    waiting, cancelled = (
        list(rows.order_by("pk").values_list("pk", flat=True).distinct()) for rows in (lines, ended)
    )
    ending = (
        len(cancel_bookings_of_session(session_id=pk, actor=None, now=now)) for pk in cancelled
    )
    offering = (
        len(offer_freed_seats(session_id=pk, now=now)) for pk in _begun_elsewhere(waiting, now)
    )
    return work_off(chain(ending, offering), go_on)


def _begun_elsewhere(sessions: list[int], now: datetime) -> list[int]:
    minute = int(now.timestamp()) // 60
    first = minute * STRIDE % max(1, len(sessions))
    return sessions[first:] + sessions[:first]
