"""What a change of a session means for the families' line: more people or a larger room free seats,
a cancelled session ends bookings."""

from __future__ import annotations

from backend.bookings import operations as bookings
from backend.common import clock
from backend.common.pieces import work_off
from scheduler.app import app
from scheduler.pieces import one_turn


@app.task
def serve_line(session: int) -> None:
    bookings.offer_freed_seats(session_id=session, now=clock.now())


@app.task
def serve_each_line(sessions: list[int]) -> None:
    served = (len(bookings.offer_freed_seats(session_id=pk, now=clock.now())) for pk in sessions)
    work_off(served, one_turn())


@app.task
def serve_lines(rota: int) -> None:
    bookings.offer_freed_seats_of_rota(rota_id=rota, now=clock.now(), go_on=one_turn())


@app.task
def end_bookings(session: int) -> None:
    bookings.cancel_bookings_of_session(session_id=session, actor=None, now=clock.now())
