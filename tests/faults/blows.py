"""Bad days that are no plain kill: a freeze, a full disk, tasks that come twice, tasks that are lost. Each says when it struck."""
from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from backend.outbox import doorbell
from backend.outbox.queries import events_after, newest
from tests.faults.stand import Stand, until

Blow = Callable[[Stand, str], float]
SMALL_DISK = "640m"  # the launcher asks for 500 MB
LAST = 40  # events that are told and handed on once more
BACK = 90.0  # seconds within which a part must run again, on a machine busy with other things


def kill(stand: Stand, part: str) -> float:
    """kill -9, as the kernel does when memory runs out. A dead launcher is started again, as a service manager would."""
    moment = time.monotonic()
    before = set(stand.tell(part, signal.SIGKILL))
    if part == "launcher":
        assert stand.launcher is not None
        stand.launcher.wait()
        stand.start()
    until(lambda: set(stand.pids(part)) - before and not before & set(stand.pids(part)), BACK, f"another {part}", every=0.1)
    return moment


def freeze(seconds: float) -> Blow:
    """Stopped for a while, then going on as if nothing had happened: a laptop's lid, a swapping machine."""

    def blow(stand: Stand, part: str) -> float:
        parts = [part, f"{part} child"] if part in ("worker", "solver", "PostgreSQL") else [part]
        moment = time.monotonic()
        for one in parts:
            stand.tell(one, signal.SIGSTOP)
        time.sleep(seconds)
        for one in parts:
            stand.tell(one, signal.SIGCONT)
        return moment

    return blow


def fill_disk(seconds: float) -> Blow:
    """Not a byte is left where PostgreSQL keeps its data; then somebody makes room."""

    def blow(stand: Stand, part: str) -> float:
        moment = time.monotonic()
        balloon = stand.folder / "balloon"
        with balloon.open("wb") as air:
            try:
                while True:
                    air.write(b"\0" * 2**16)
                    air.flush()
            except OSError:
                pass  # full
        time.sleep(seconds)
        balloon.unlink()
        return moment

    return blow


def repeat_everything(stand: Stand, part: str) -> float:
    """The last events are told to the web processes again, and their tasks given to the workers again, three times over."""
    moment = time.monotonic()
    for _ in range(3):
        with stand.data(), connection.cursor() as cursor:
            again = events_after(max(0, newest() - LAST), LAST)
            told = [[event.seq, event.kind, event.streams, event.request_id] for event in again]
            doorbell.tell("events", json.dumps(told))
            cursor.execute("UPDATE outbox_stream SET dispatched_seq = greatest(0, dispatched_seq - %s)", [LAST])
            doorbell.ring()
        time.sleep(0.5)
    return moment


def lose_tasks(stand: Stand, part: str) -> float:
    """Valkey dies with tasks in it that no worker has taken yet; it keeps nothing."""
    for one in ("worker", "worker child"):
        stand.tell(one, signal.SIGSTOP)
    time.sleep(2)
    moment = kill(stand, "Valkey")
    for one in ("worker", "worker child"):
        stand.tell(one, signal.SIGCONT)
    return moment


def can_mount() -> bool:
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("mount") is not None


@contextmanager
def small_disk() -> Iterator[Path]:
    """A folder on a disk of its own that is soon full. Only the superuser may mount one."""
    folder = Path(tempfile.mkdtemp(prefix="moli-disk-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(folder)], check=True)
    try:
        data = folder / "data"
        data.mkdir()
        folder.chmod(0o711)
        yield data
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)
        folder.rmdir()
