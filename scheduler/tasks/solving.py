"""Solver runs, on the queue "solve". A run's truth is its lease in the database: the task is
forgotten as soon as it is taken, and the sweep of leases asks for the run again when its worker is
gone. It may take as long as the coordinator allowed."""

from __future__ import annotations

from scheduler import limits
from scheduler.app import app
from scheduler.pool import work_on
from scheduler.solving import solve


@app.task(acks_late=False, time_limit=limits.RUN)
def solve_run(run: int) -> None:
    solve(run)


@app.task(acks_late=False, time_limit=limits.RUN)
def solve_part(part: str) -> None:
    work_on(part)
