"""A phase of the trials in namespaces of the kernel: whatever it starts, mounts or wires up is gone
when its first process ends, and that ends with the process that waits for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.architecture.source import ROOT
from tests.containers.engine import run

# A daemon of the machine's own would be asked instead of one of ours.
FOREIGN = Path("/run/containerd")


def within(phase: str, *arguments: str | Path) -> None:
    """Run `report --inside PHASE …`; "try" has a network of its own, too. Raises
    CalledProcessError."""
    spaces = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if phase == "try":
        spaces.append("--net")
    report = [sys.executable, "-m", "tests.containers.report", "--inside", phase]
    command = ["setpriv", "--pdeathsig", "KILL", "unshare", *spaces, *report, *map(str, arguments)]
    subprocess.run(command, cwd=ROOT, check=True, start_new_session=True, stdin=subprocess.DEVNULL)


def settle(phase: str) -> None:
    """What a new namespace lacks."""
    if FOREIGN.exists():
        run("mount", "-t", "tmpfs", "none", FOREIGN)
    if phase == "try":
        run("ip", "link", "set", "lo", "up")
