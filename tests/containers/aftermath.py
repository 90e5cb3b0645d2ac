"""Cleans up after the trials, however they end: `python -I -S aftermath.py HOME [FOLDER …]`.

Waits until its standard input closes, by whatever death; then until nothing runs any more that was
started with a file in HOME; then removes our control groups and the folders. Imports nothing of
ours: it may outlive everything else.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path

GROUP = "moli-containers"  # the trials' own node of the kernel's control groups
GROUPS = Path("/sys/fs/cgroup")
PATIENCE_SECONDS = 60.0  # for processes that the kernel is just ending


def main(home: str, folders: list[str]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the terminal's are for the trials
    sys.stdin.read()
    end = time.monotonic() + PATIENCE_SECONDS
    while (running(home) or not remove_groups()) and time.monotonic() < end:
        time.sleep(0.1)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def running(home: str) -> list[int]:
    """The processes of the engine that lies in `home`: whoever names a file in it."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
        except OSError:
            continue  # it has just ended
        if f"{home}/engine".encode() in words:
            found.append(int(entry.name))
    return found


def control_groups() -> list[Path]:
    """Ours, in each hierarchy (version 1) or in the only one (version 2)."""
    return [*GROUPS.glob(GROUP), *GROUPS.glob(f"*/{GROUP}")]


def remove_groups() -> bool:
    """Whether all are gone. One stays while a process of it is still ending, or another run's."""
    for group in control_groups():
        for folder, _, _ in os.walk(group, topdown=False):
            try:
                os.rmdir(folder)
            except OSError:
                return False
    return True


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
