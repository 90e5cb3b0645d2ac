"""Ends what a killed launcher leaves behind. Runs alone: `python -I -S watchman.py`, told through
its standard input.

Lines are `+ PID SIGNAL` (a child and what ends it), `- PID` (it ended), `rm FOLDER` (ours to
remove). When the input closes, by whatever death, everybody still listed gets the signal, three
seconds later SIGKILL, together with all that it started. The kernel's parent-death signal is faster
but Linux only, and does not reach grandchildren.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time

PATIENCE_SECONDS = 3.0


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the terminal's are for the launcher
    groups: dict[int, int] = {}
    folders: list[str] = []
    for line in sys.stdin:
        word, _, rest = line.rstrip("\n").partition(" ")
        if word == "+":
            pid, ending = rest.split()
            groups[int(pid)] = int(ending)
        elif word == "-":
            groups.pop(int(rest), None)
        elif word == "rm":
            folders.append(rest)
    end(groups)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def end(groups: dict[int, int]) -> None:
    for group, number in groups.items():
        send(group, number)
    patience = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < patience and any(send(group, 0) for group in groups):
        time.sleep(0.05)
    for group in groups:
        send(group, signal.SIGKILL)


def send(group: int, number: int) -> bool:
    """Whether anybody of the group was still there."""
    try:
        os.killpg(group, number)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
