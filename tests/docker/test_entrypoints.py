"""Each container's command, run as a plain process on the tests' own services: it comes up, and
ends when it is told to."""

from __future__ import annotations

import errno
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from backend.launcher.web import SO_ATTACH_FILTER, turn_newcomers_away
from backend.outbox import doorbell
from scheduler.app import app
from tests.architecture.source import ROOT
from tests.patience import patience

pytestmark = pytest.mark.django_db(transaction=True)
UP_SECONDS, END_SECONDS = 30.0, 15.0


@contextmanager
def process(role: str, log: Path, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    name = connection.settings_dict["NAME"]
    url = os.environ["DATABASE_URL"].replace("/moli?", f"/{name}?")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "backend.config.settings",
        "DATABASE_URL": url,
        "PYTHON": sys.executable,
        **settings,
    }
    with log.open("wb") as out:
        running = subprocess.Popen(
            ["docker/entrypoint.sh", role], env=environment, cwd=ROOT, stdout=out, stderr=out
        )
    try:
        yield running
    finally:
        running.send_signal(signal.SIGTERM)
        try:
            running.wait(patience(END_SECONDS))
        except subprocess.TimeoutExpired:
            running.kill()
            raise


def wait_until(condition: object, what: str) -> None:
    deadline = time.monotonic() + patience(UP_SECONDS)
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return
        time.sleep(0.1)
    pytest.fail(what)


def test_web_answers_its_health_check(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def healthy() -> bool:
        try:
            return (
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).status == 200
            )
        except OSError:
            return False

    with process("web", tmp_path / "log", PORT=str(port), WEB_ADDRESS="127.0.0.1"):
        wait_until(healthy, (tmp_path / "log").read_text())


def powerless(folder: Path) -> str:
    """A Python that may do with the network what it may in a container, where it is not root."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        return sys.executable
    without = "--bounding-set=-net_admin,-net_raw,-sys_admin,-bpf,-perfmon --inh-caps=-all"
    script = folder / "python"
    script.write_text(f'#!/bin/sh\nexec setpriv {without} "{sys.executable}" "$@"\n')
    script.chmod(0o755)
    return str(script)


def test_web_answers_whoever_it_has_let_in_and_lets_nobody_new_in(tmp_path: Path) -> None:
    """A proxy that has connected may send its form at any moment; cut off it could not know whether
    the form was done. Who comes later is refused before anything is sent."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def let_in() -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
        except OSError:
            return False
        return True

    settings = {"PORT": str(port), "WEB_ADDRESS": "127.0.0.1", "PYTHON": powerless(tmp_path)}
    with process("web", tmp_path / "log", **settings) as web:
        wait_until(let_in, (tmp_path / "log").read_text())
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=patience(END_SECONDS))
        line.connect()
        web.send_signal(signal.SIGTERM)
        wait_until(lambda: not let_in(), "somebody new is let in")
        assert web.poll() is None
        line.request("GET", "/healthz", headers={"Connection": "close"})
        assert line.getresponse().status == 200


def test_a_kernel_that_keeps_filters_for_root_does_not_stop_the_end() -> None:
    """The exception would end the process at once, and cut off everybody who is in."""

    class Door:
        asked: tuple[int, ...] = ()

        def setsockopt(self, level: int, option: int, value: bytes) -> None:
            self.asked = (level, option)
            raise PermissionError(errno.EPERM, "Operation not permitted")

    door = Door()
    turn_newcomers_away(door)  # type: ignore[arg-type]
    assert door.asked == (socket.SOL_SOCKET, SO_ATTACH_FILTER)


@pytest.mark.parametrize("role", ["worker", "sender", "solver"])
def test_a_worker_answers_a_ping(role: str, tmp_path: Path) -> None:
    def answered() -> bool:
        replies = app.control.ping(timeout=0.5)
        return any(name.startswith(f"{role}@") for reply in replies for name in reply)

    with process(role, tmp_path / "log"):
        wait_until(answered, f"{role} does not answer: " + (tmp_path / "log").read_text())


def test_beat_hands_out_what_is_due(tmp_path: Path) -> None:
    queue = f"{settings.REDIS_PREFIX}:default"
    doorbell.client().delete(queue)
    with process("beat", tmp_path / "log"):
        wait_until(
            lambda: doorbell.client().llen(queue) > 0,
            "nothing came due: " + (tmp_path / "log").read_text(),
        )
    doorbell.client().delete(queue)


def test_a_second_relay_waits_for_the_first(tmp_path: Path) -> None:
    def holders() -> tuple[int, ...]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FILTER (WHERE granted) FROM pg_locks JOIN pg_database d ON d.oid "
                "= database"
                " WHERE locktype = 'advisory' AND d.datname = current_database()"
            )
            return cursor.fetchone()

    with process("relay", tmp_path / "one") as first:
        wait_until(lambda: holders() == (1,), (tmp_path / "one").read_text())
        with process("relay", tmp_path / "two") as second:
            time.sleep(1)
            assert (first.poll(), second.poll(), holders()) == (None, None, (1,))
            first.kill()
            first.wait()
            wait_until(
                lambda: holders() == (1,) and second.poll() is None, "the second did not take over"
            )
