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
import zlib
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")
PATIENCE_SECONDS = 60.0  # for processes that the kernel is just ending


def main(home: str, folders: list[str]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the terminal's are for the trials
    sys.stdin.read()
    end = time.monotonic() + PATIENCE_SECONDS
    while (running(home) or not remove_groups(home)) and time.monotonic() < end:
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


def group_of(home: str) -> str:
    """The name of its node among the kernel's control groups: two runs at once have one each."""
    return f"moli-containers-{zlib.crc32(home.encode()):08x}"


def control_groups(home: str) -> list[Path]:
    """Ours, in each hierarchy (version 1) or in the only one (version 2)."""
    name = group_of(home)
    return [*GROUPS.glob(name), *GROUPS.glob(f"*/{name}")]


def remove_groups(home: str) -> bool:
    """Whether all are gone. One stays while a process of it is still ending."""
    for group in control_groups(home):
        for folder, _, _ in os.walk(group, topdown=False):
            try:
                os.rmdir(folder)
            except OSError:
                return False
    return True


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
