"""The two ways to run the platform on one machine:

`demo` with an invented city, `serve` on a database of yours.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from backend.launcher import CannotStart
from backend.launcher.folders import CHECKOUT, announce, data_folder, locked
from backend.launcher.keys import lasting_keys
from backend.launcher.parts import (
    how_many,
    listen,
    start_background,
    start_web,
    url_of,
    wanted_port,
)
from backend.launcher.services import services
from backend.launcher.supervisor import Supervisor


class Interrupted(BaseException):
    """Somebody asked us to end: Ctrl-C, a closed terminal, or a polite kill."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = time.monotonic()


def run(demo: bool) -> None:
    """Start everything, say where it is, look after it until we are asked to stop.

    CannotStart, GaveUp.
    """
    data = data_folder()
    for name in ("WEB_PROCESSES", "SOLVER_WORKERS"):
        how_many(name)  # refuses nonsense before anything is started
    try:
        with (
            stoppable(),
            locked(data),
            listen(wanted_port()) as listening,
            Supervisor(say=say) as supervisor,
        ):
            keep_one_old_log(data / "log")
            start_and_watch(data, listening, supervisor, demo)
    except Interrupted as stopped:
        say(f"\nStopped in {time.monotonic() - stopped.asked:.1f} s.")


def start_and_watch(
    data: Path, listening: socket.socket, supervisor: Supervisor, demo: bool
) -> None:
    began = time.monotonic()
    url = url_of(listening)
    with services(data, supervisor) as urls:
        say(f"  {'services':<12}{time.monotonic() - began:5.1f} s")
        settings = {"PUBLIC_URL": url} | platform_settings(data, urls, demo)
        environment = {**os.environ, **settings}
        links = prepared(url, environment) if demo else ""
        web_began = time.monotonic()
        start_web(supervisor, data, environment, listening)
        say(f"  {'web':<12}{time.monotonic() - web_began:5.1f} s")
        start_background(supervisor, data, environment)
        announce(data, url, settings)
        say(f"\n茉莉排班 is ready after {time.monotonic() - began:.1f} s:  {url}\n{links}")
        say(f"Ctrl-C stops everything. What the processes say is in {data / 'log'}")
        supervisor.watch()


def platform_settings(data: Path, urls: dict[str, str], demo: bool) -> dict[str, str]:
    """What every process of the platform is told beside our own environment."""
    static = data / "static"
    static.mkdir(exist_ok=True)
    settings = {
        "DJANGO_SETTINGS_MODULE": "backend.config.settings",
        "STATIC_ROOT": str(static),
        "MESSAGES_FOLDER": str(data / "messages"),
        "HEADS_FOLDER": str(data / "heads"),
    }
    return settings | lasting_keys(data) | urls | ({"DEMO": "True"} if demo else {})


def prepared(url: str, environment: dict[str, str]) -> str:
    """Tables and demo city; the sign-in lines."""
    command = [sys.executable, "-m", "backend.launcher.prepare", url]
    done = subprocess.run(command, env=environment, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise CannotStart("The demo could not be prepared; the reason is above.")
    return done.stdout


def say(line: str) -> None:
    print(line, flush=True)


def keep_one_old_log(folder: Path) -> None:
    for log in folder.glob("*.log"):
        log.replace(log.with_suffix(".log.1"))


@contextmanager
def stoppable() -> Iterator[None]:
    """Within, the first request to end raises Interrupted; later ones are ignored, since we are
    stopping already."""
    asked = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number: int, frame: FrameType | None) -> None:
        for one in asked:
            signal.signal(one, signal.SIG_IGN)
        raise Interrupted

    before = {one: signal.signal(one, stop) for one in asked}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
