"""A file that a coordinator brought in. Its truth is the import's row, as a publication's is the
proposal's: the task is forgotten as soon as it is taken, and the sweep calls again when its worker
is gone."""

from __future__ import annotations

from backend.common import clock
from backend.exchange.work import work
from backend.live.ticks import publish_tick
from scheduler import limits
from scheduler.app import app


@app.task(acks_late=False, time_limit=limits.IMPORT)
def work_on(batch: int) -> None:
    work(batch, clock=clock.now, tell=publish_tick)
