"""Real processes beside the test, on the test's own database: a relay, a worker, and a Valkey that
may be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import redis
from django.db import connection

from backend.launcher.account import service_account
from backend.launcher.binaries import valkey_program
from tests.patience import patience

PREFIX = "faults"


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until it is true."""
    deadline = time.monotonic() + patience(seconds)
    while not condition():
        assert time.monotonic() < deadline, f"it did not come true within {seconds} s"
        time.sleep(0.02)


class Valkey:
    """A Valkey of one test, which the test may kill and start again; it remembers nothing."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "valkey.sock"
        self.program = valkey_program(folder, service_account())
        self.url = f"unix://{self.socket}?db=0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            str(self.program),
            "--port",
            "0",
            "--unixsocket",
            str(self.socket),
            "--save",
            "",
            "--dir",
            str(self.socket.parent),
        ]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(self.answers)

    def answers(self) -> bool:
        try:
            return bool(self.client().ping())
        except redis.RedisError:
            return False

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.socket.unlink(missing_ok=True)

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url)

    def tasks(self, queue: str = "default") -> list[tuple[str, dict[str, Any]]]:
        """What waits in a queue, first come first: task and its ids."""
        waiting = [
            json.loads(message) for message in self.client().lrange(f"{PREFIX}:{queue}", 0, -1)
        ]
        return [
            (m["headers"]["task"], json.loads(m["headers"]["kwargsrepr"].replace("'", '"')))
            for m in reversed(waiting)
        ]


@contextmanager
def valkey() -> Iterator[Valkey]:
    with tempfile.TemporaryDirectory(prefix="moli-") as folder:
        server = Valkey(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()


def environment(redis_url: str) -> dict[str, str]:
    """That of this test run, with the test's database and another Redis."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    database = parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    return {
        **os.environ,
        "DATABASE_URL": database,
        "REDIS_URL": redis_url,
        "REDIS_PREFIX": PREFIX,
        "LOG_LEVEL": "INFO",
    }


@contextmanager
def python(
    code: str, redis_url: str, said: Path = Path(os.devnull)
) -> Iterator[subprocess.Popen[bytes]]:
    """`said`: the file into which it writes what it has to say."""
    with said.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", code], env=environment(redis_url), stderr=log
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
        process.wait()


# A relay for which every change of a session has a task, so that no test depends on what the
# product subscribes to today.
RELAY = """
from scheduler import relay, subscriptions
from backend.outbox.kinds import SessionChanged
subscriptions.SUBSCRIPTIONS.clear()
subscriptions.SUBSCRIPTIONS[SessionChanged] = (
    subscriptions.Subscription("tests.note", ("session",)),
)
relay.main()
"""
