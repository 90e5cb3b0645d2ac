"""What somebody has taken, or changed about herself, may bar her from what she is asked."""

from __future__ import annotations

from backend.common import clock
from backend.rota import operations as rota
from scheduler.app import app


@app.task
def end_barred(volunteer: int) -> None:
    rota.end_barred_offers(volunteer_id=volunteer, now=clock.now())


@app.task
def end_barred_of(session: int) -> None:
    rota.end_barred_offers_of(session_id=session, now=clock.now())
