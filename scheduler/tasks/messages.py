"""What happened is told: the events are thought of at once, and what is due goes out."""

from __future__ import annotations

from backend.common import clock
from backend.notifications import operations as notifications
from backend.notifications.channels import on
from scheduler.app import app
from scheduler.pieces import one_turn


@app.task
def plan() -> None:
    notifications.tell_everybody(channels=on(), now=clock.now(), go_on=one_turn())
