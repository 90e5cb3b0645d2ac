"""Runs that wait for a solver: a place came free, so fewer are before them."""

from __future__ import annotations

from backend.live.ticks import publish_tick
from backend.planning.queries.runs import waiting
from scheduler.app import app


@app.task
def tell_waiting() -> None:
    for run, before in waiting():
        publish_tick(f"run.{run}", {"before": before}, rare=True)
