"""What runs on a clock, all of it. Times are UTC; a turn that was missed by its own length is dropped, not caught up."""
from __future__ import annotations

from typing import Any

from celery.schedules import crontab

from scheduler.app import app

NIGHT = crontab(hour=19, minute=30)  # 03:30 in Fuzhou


def every(seconds: int, task: str) -> dict[str, Any]:
    return {"task": f"scheduler.tasks.clock.{task}", "schedule": float(seconds), "options": {"expires": seconds}}


def nightly(task: str) -> dict[str, Any]:
    return {"task": f"scheduler.tasks.clock.{task}", "schedule": NIGHT, "options": {"expires": 3600}}


TIMETABLE = {
    "prune_events": nightly("prune_events"),
    "clear_sessions": nightly("clear_sessions"),
}
app.conf.beat_schedule = TIMETABLE
