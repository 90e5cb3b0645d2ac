"""A run at another moment is one, in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

from backend.launcher.folders import CHECKOUT
from backend.launcher.parts import python
from tests.moment import FUZHOU, moved

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
    for day in days(*command, MOMENT="2028-02-29 12:00", TZ="America/New_York"):
        assert abs(day - asked) < timedelta(hours=6)  # a machine's clock may step back a little


def test_the_demo_and_each_of_its_processes_have_the_day_that_was_asked_for(tmp_path: Path) -> None:
    """What starts the web process keeps the way on which the moved clock is found."""
    shifted = moved({"PYTHONPATH": ""}, datetime(2028, 2, 29, 23, 59, tzinfo=FUZHOU))
    child = python("web", ["-c", ASK], tmp_path, os.environ | shifted)
    said = subprocess.run(
        child.argv, env=child.environment, capture_output=True, text=True, check=True
    )
    today = datetime.fromisoformat(said.stdout.strip()).astimezone(FUZHOU)
    assert today.date() in (date(2028, 2, 29), date(2028, 3, 1))
    recipe = subprocess.run(["make", "-n", "demo"], cwd=CHECKOUT, capture_output=True, text=True)
    assert "tests/moment.py" in recipe.stdout


def test_a_sign_in_is_noted_at_the_moment_that_was_asked_for() -> None:
    """allauth stamps it by a clock of its own, and our pages ask how long ago it was."""
    ask = (
        "import django; django.setup(); from datetime import UTC, datetime; "
        "from importlib import import_module; from sitecustomize import MOVED; "
        "clocks = [import_module(name).time for name in MOVED if 'allauth' in name]; "
        "print(*(datetime.fromtimestamp(one.time(), UTC).isoformat() for one in clocks))"
    )
    asked = datetime.fromisoformat("2028-02-29T12:00+08:00")
    stamps = days(
        sys.executable,
        "-c",
        ask,
        MOMENT="2028-02-29 12:00",
        DJANGO_SETTINGS_MODULE="backend.config.settings",
    )
    assert len(stamps) > 4
    assert all(abs(at - asked) < timedelta(hours=6) for at in stamps)


def test_without_a_moment_a_process_finds_our_code_alone(tmp_path: Path) -> None:
    child = python("web", [], tmp_path, {})
    assert child.environment["PYTHONPATH"] == str(CHECKOUT)
