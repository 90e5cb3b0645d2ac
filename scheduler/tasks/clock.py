"""What timetable.py runs. Each is safe to run twice, late, or not at all until the next turn."""
from __future__ import annotations

from backend.common.clock import now
from scheduler.app import app


@app.task
def prune_events() -> None:
    from backend.outbox.operations import prune

    prune(now=now())


@app.task
def clear_sessions() -> None:
    from django.core.management import call_command

    call_command("clearsessions")
