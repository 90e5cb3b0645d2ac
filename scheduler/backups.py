"""Backups by the clock: `python -m scheduler.backups`, or once, at once: `… now`.

A backup is made when the last good one is BACKUP_HOURS old (at the start, when there is none), and
those older than BACKUP_DAYS go, the newest never. The moment of the last good one stands in the
database, where the metrics and the operator's page find it. One that fails is tried again after
half an hour.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")

import django

django.setup()

from django.conf import settings
from django.db import DatabaseError, connection

from backend.common import clock
from backend.common.heartbeat import Heart, last_backup, note_heartbeat

log = logging.getLogger("moli.backup")
AGAIN = timedelta(minutes=30)
TICK = 1.0  # seconds


def main() -> None:
    ended: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda got, _: ended.append(got))
    not_before = clock.now()
    with Heart("backups") as heart, ThreadPoolExecutor(1) as side:
        under_way: Future[bool] | None = None
        while not ended:
            heart.tick()
            if under_way is not None and under_way.done():
                under_way = None
            if under_way is None and clock.now() >= not_before and _due():
                not_before = clock.now() + AGAIN
                under_way = side.submit(back_up)
            time.sleep(TICK)


def _due() -> bool:
    try:
        age = last_backup(clock.now())
    except DatabaseError as error:
        log.warning("the database is away: %s", type(error).__name__)
        return False
    finally:
        connection.close()
    return age is None or age >= settings.BACKUP_HOURS * 3600


def back_up() -> bool:
    """Make one, note it, let the old ones go; whether it went well."""
    folder = Path(settings.BACKUP_FOLDER)
    script = settings.ROOT / "docker" / "backup.sh"
    done = subprocess.run([str(script), str(folder)], capture_output=True, text=True)
    if done.returncode:
        log.error("no backup: %s", done.stderr.strip().splitlines()[-1:])
        return False
    note_heartbeat(role="backup", now=clock.now())
    connection.close()
    log.info("backed up into %s", done.stdout.strip())
    for file in outdated(folder, clock.now()):
        file.unlink(missing_ok=True)
        file.with_name(f"{file.name}.sha256").unlink(missing_ok=True)
    return True


def outdated(folder: Path, moment: datetime) -> list[Path]:
    """The backups older than BACKUP_DAYS, without the newest of all."""
    limit = moment - timedelta(days=settings.BACKUP_DAYS)
    kept = sorted(folder.glob("moli-*.dump"))
    return [file for file in kept[:-1] if file.stat().st_mtime < limit.timestamp()]


if __name__ == "__main__":
    if sys.argv[1:] == ["now"]:
        sys.exit(0 if back_up() else 1)
    main()
