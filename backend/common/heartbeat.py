"""Heartbeats: a process that is frozen says nothing, so its silence has to be noticed by others.

The loop of each background process calls `Heart.tick`. A thread beside it writes down, every few
seconds, when that last happened: into a file for the container's health check, and into the
database for /readyz, the metrics and the operator's page. So a slow database never holds a loop up,
and a loop that hangs is silent although its thread is not.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from backend.common import clock
from backend.common.locking import operation
from backend.common.models import Heartbeat

log = logging.getLogger("moli.heartbeat")
EVERY = 5.0  # seconds between two looks at the loop
SILENT = {  # seconds without a beat after which somebody should look
    "relay": 30.0,
    "worker": 30.0,
    "sender": 30.0,
    "solver": 30.0,
    "beat": 30.0,
    "timetable": 60.0,  # a task of the timetable comes round: beat, broker and worker together
}
FORGOTTEN = timedelta(minutes=5)  # a process that is gone for so long does not come back as itself


@operation
def note_heartbeat(*, role: str, place: str = "", now: datetime) -> None:
    """This process of this role was at work at `now`."""
    Heartbeat.objects.update_or_create(role=role, place=place, defaults={"at": now})


@operation
def end_heartbeat(*, role: str, place: str) -> None:
    """This process ends as it should: nobody is to miss it."""
    Heartbeat.objects.filter(role=role, place=place).delete()


def silences(now: datetime) -> dict[str, float | None]:
    """Seconds since each role was heard of, of its most silent process; None: no process of it.

    A process that has been silent for longer than FORGOTTEN counts only while no other of its role
    is heard of: it was replaced under another name.
    """
    heard: dict[str, list[float]] = {role: [] for role in SILENT}
    for role, at in Heartbeat.objects.filter(role__in=SILENT).values_list("role", "at"):
        heard[role].append(max(0.0, (now - at).total_seconds()))
    return {role: _most_silent(ages) for role, ages in heard.items()}


def _most_silent(ages: list[float]) -> float | None:
    if not ages:
        return None
    counted = [age for age in ages if age <= FORGOTTEN.total_seconds()]
    return max(counted) if counted else min(ages)


def last_backup(now: datetime) -> float | None:
    """Seconds since the end of the last good backup; None: there is none."""
    at = Heartbeat.objects.filter(role="backup").values_list("at", flat=True).first()
    return (now - at).total_seconds() if at else None


class Heart:
    """`with Heart("relay") as heart:` and `heart.tick()` in each turn of the loop."""

    def __init__(self, role: str, place: str = "") -> None:
        self.role = role
        self.place = (place or f"{role}@{socket.gethostname()}")[:120]
        self.ticked: datetime | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._write_down, name="heartbeat", daemon=True)

    def tick(self) -> None:
        """The loop turns. Costs nothing."""
        self.ticked = clock.now()

    def start(self) -> None:
        self.tick()
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join(EVERY)
        try:
            end_heartbeat(role=self.role, place=self.place)
        except DatabaseError as error:
            log.warning("the heartbeat of %s stays: %s", self.place, type(error).__name__)
        finally:
            connection.close()

    def __enter__(self) -> Heart:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _write_down(self) -> None:
        written: datetime | None = None
        while not self._over.is_set():
            ticked = self.ticked
            if ticked is not None and ticked != written and self._beat(ticked):
                written = ticked
            self._over.wait(EVERY)

    def _beat(self, at: datetime) -> bool:
        if settings.HEARTBEAT_FILE:
            touch(Path(settings.HEARTBEAT_FILE))
        try:
            note_heartbeat(role=self.role, place=self.place, now=at)
        except DatabaseError as error:
            log.warning("no heartbeat, the database is away: %s", type(error).__name__)
            return False
        finally:
            connection.close()  # a beat is rare; a connection held for it would be one of few
        return True


def touch(file: Path) -> None:
    """The file's own time is the beat; without a right to write it there is none."""
    try:
        file.touch()
        os.utime(file)
    except OSError as error:
        log.warning("no heartbeat file: %s", error.strerror)
