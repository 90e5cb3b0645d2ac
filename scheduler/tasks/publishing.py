"""A coordinator's wish to publish. Its truth is the proposal's row: the task is forgotten as soon
as it is taken, and the sweep of publications calls again when its worker is gone. How long a city
takes depends on the machine."""

from __future__ import annotations

from scheduler import limits, publishing
from scheduler.app import app


@app.task(acks_late=False, time_limit=limits.PUBLICATION)
def publish(proposal: int) -> None:
    publishing.publish(proposal)
