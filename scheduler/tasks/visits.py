"""What becomes of a visit at home when its family's seat ends, or its session does."""

from __future__ import annotations

from backend.common import clock
from backend.visits import operations as visits
from scheduler.app import app


@app.task
def end_visits(sessions: list[int]) -> None:
    visits.end_visits_in(sessions=sessions, now=clock.now())


@app.task
def seek_again(sessions: list[int]) -> None:
    visits.seek_again_in(sessions=sessions, now=clock.now())


@app.task
def seek_again_for(session: int) -> None:
    visits.seek_again_in(sessions=[session], now=clock.now())
