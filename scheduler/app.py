"""The Celery application.

Redis is a doorbell: a task that is lost is found again from the database, one that comes twice does
nothing.
"""

from __future__ import annotations

import os
import pkgutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")

import django
from celery import Celery, Task
from django.conf import settings

from backend.common.request_id import request_id
from scheduler import limits
from scheduler.timetable import TIMETABLE


class TracedTask(Task):  # type: ignore[misc]  # celery has no types
    """A task whose log lines and events carry the id of the request that it comes from."""

    time_limit = limits.SHORT

    def __call__(self, *args: object, **kwargs: object) -> object:
        token = request_id.set(self.request.get("request") or self.request.id or "")
        try:
            return super().__call__(*args, **kwargs)
        finally:
            request_id.reset(token)


def broker_url(url: str) -> str:
    """A Unix socket's address as kombu writes it; any other address unchanged."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"


django.setup()
tasks = [
    f"scheduler.tasks.{module.name}"
    for module in pkgutil.iter_modules([str(Path(__file__).with_name("tasks"))])
]
app = Celery("moli", task_cls=TracedTask, include=tasks)
app.conf.update(
    broker_url=broker_url(settings.CELERY_BROKER_URL),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "global_keyprefix": f"{settings.REDIS_PREFIX}:",
        "visibility_timeout": limits.RESTORED_AFTER,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 10,
        "socket_connect_timeout": 5,
    },
    accept_content=["json"],
    task_serializer="json",
    task_default_queue="default",
    task_routes={
        "scheduler.tasks.solving.*": {"queue": "solve"},
        # what waits for providers: one that is slow holds up nothing else, nor a code a message
        "scheduler.tasks.messages.*": {"queue": "messages"},
        "scheduler.tasks.clock.send_messages": {"queue": "messages"},
        "scheduler.tasks.codes.*": {"queue": "codes"},
        "scheduler.tasks.clock.send_codes": {"queue": "codes"},
    },
    task_ignore_result=True,
    # A task is begun again when its worker died, so each begins with a conditional step in the
    # database. Solver runs and publications are the exception (their own files): the database says
    # who works on them, and they outlast limits.RESTORED_AFTER. No task_time_limit here: it would
    # be the limit of those, too.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    timezone="UTC",
    beat_schedule=TIMETABLE,
    beat_scheduler="scheduler.heartbeats:Clock",
)
app.set_default()

from scheduler.heartbeats import WorkerHeartbeat  # its models need Django to be set up

app.steps["worker"].add(WorkerHeartbeat)
