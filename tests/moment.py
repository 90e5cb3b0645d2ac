"""Runs a command at another moment: `MOMENT="2028-02-29 23:59" python tests/moment.py COMMAND`.

The moment is Fuzhou's, and time goes on from there, for the command and for every Python that it
starts (web, relay, workers). Without MOMENT the command simply runs. PostgreSQL, Valkey and the
browser keep the machine's time: nothing asks them what day it is.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

FUZHOU = ZoneInfo("Asia/Shanghai")
MOVED = Path(__file__).resolve().with_name("moved")


def moved(environment: dict[str, str], moment: datetime) -> dict[str, str]:
    """The environment in which every Python starts with `tests/moved/sitecustomize.py`."""
    seconds = (moment - datetime.now(FUZHOU)).total_seconds()
    path = [str(MOVED), environment.get("PYTHONPATH", "")]
    return environment | {
        "MOMENT_SHIFT": str(seconds),
        "PYTHONPATH": os.pathsep.join(filter(None, path)),
    }


def main(command: list[str]) -> None:
    environment = dict(os.environ)
    wanted = environment.pop("MOMENT", "")
    if wanted:
        environment = moved(environment, datetime.fromisoformat(wanted).replace(tzinfo=FUZHOU))
    os.execvpe(command[0], command, environment)


if __name__ == "__main__":
    main(sys.argv[1:])
