"""Runs a command at another moment: `MOMENT="2028-02-29 23:59" python tests/moment.py COMMAND`.

The moment is Fuzhou's, and time goes on from there, for the command and all that it starts (web,
workers and browser included). Without MOMENT the command simply runs. Needs libfaketime, which is
installed on Debian as root; LIBFAKETIME names another place.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

FUZHOU = ZoneInfo("Asia/Shanghai")


def library() -> Path | None:
    named = os.environ.get("LIBFAKETIME")
    if named:
        return Path(named).absolute()
    # The one for programs with threads.
    return next(Path("/usr/lib").glob("**/faketime/libfaketimeMT.so.1"), None)


def install() -> None:
    """With Debian's package, as root."""
    print("Installing libfaketime …", flush=True)
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    for command in (["update"], ["install", "-y", "--no-install-recommends", "libfaketime"]):
        subprocess.run(["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", *command], **quiet)


def moved(environment: dict[str, str], moment: datetime, shift: Path) -> dict[str, str]:
    """The environment in which it is that moment now. Only the calendar moves: waiting and the
    dates of files stay real."""
    seconds = round((moment - datetime.now(FUZHOU)).total_seconds())
    return environment | {
        "LD_PRELOAD": f"{shift} {environment.get('LD_PRELOAD', '')}".strip(),
        "FAKETIME": f"{seconds:+d}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }


def main(command: list[str]) -> None:
    environment = dict(os.environ)
    wanted = environment.pop("MOMENT", "")
    if wanted:
        if library() is None and os.geteuid() == 0:
            install()
        shift = library()
        if shift is None:
            sys.exit("MOMENT needs libfaketime (on Debian: apt install libfaketime).")
        moment = datetime.fromisoformat(wanted).replace(tzinfo=FUZHOU)
        environment = moved(environment, moment, shift)
    os.execvpe(command[0], command, environment)


if __name__ == "__main__":
    main(sys.argv[1:])
