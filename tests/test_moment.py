"""A run at another moment is one, in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta

from backend.launcher.folders import CHECKOUT

ASK = (
    "import subprocess, sys; from backend.common import clock; print(clock.now().isoformat()); "
    "sys.argv[1:] and subprocess.run([sys.executable, *sys.argv[1:]])"
)


def days(*command: str, **more: str) -> list[datetime]:
    done = subprocess.run(
        [sys.executable, str(CHECKOUT / "tests" / "moment.py"), *command],
        env=os.environ | more,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [datetime.fromisoformat(line) for line in done.stdout.split()]


def test_the_day_moves_for_a_command_and_for_what_it_starts() -> None:
    asked = datetime.fromisoformat("2028-02-29T12:00+08:00")
    command = [sys.executable, "-c", ASK, "-c", ASK]
    first, second = days(*command, MOMENT="2028-02-29 12:00", TZ="America/New_York")
    assert asked <= first <= second < asked + timedelta(hours=6)
