"""A whole platform in a throw-away folder, PostgreSQL and Valkey included, in which any part may be
killed, frozen or filled up."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from django.db import OperationalError, connections
from django.test.utils import override_settings

from backend.launcher.folders import CHECKOUT, make_passable
from backend.outbox import doorbell

# What tells a part's process from the others below the launcher.
WORDS = {
    "web": "backend.launcher.web",
    "relay": "scheduler.relay",
    "worker": "worker -n worker ",
    "sender": "worker -n sender ",
    "solver": "worker -n solver-",
    "beat": "scheduler.app beat",
    "Valkey": "valkey-server",
    "PostgreSQL": "unix_socket_directories=",
}
SOLVERS = ("solver-1", "solver-2")
SETTINGS = {
    "DEMO": "True",
    "SOLVER_WORKERS": "2",
    "SOLVER_SECONDS": "6",
    "FAMILY_SESSIONS_PER_YEAR": "366",
    "LOG_LEVEL": "WARNING",
}
Answer = TypeVar("Answer")


class Silent(AssertionError):
    """Something did not come within its time."""


def until(question: Callable[[], Answer], seconds: float, what: str, every: float = 0.05) -> Answer:
    """Ask until the answer is true. Raises Silent."""
    end = time.monotonic() + seconds
    while not (answer := question()):
        if time.monotonic() > end:
            raise Silent(f"{what}: not within {seconds:.0f} s")
        time.sleep(every)
    return answer


class Stand:
    """Use as a context; `settings` in place of some of SETTINGS.

    `port` stays the same when the launcher is started again; the services' sockets do not.
    """

    def __init__(self, folder: Path | None = None, **settings: str) -> None:
        self.folder = folder or Path(tempfile.mkdtemp(prefix="moli-faults-"))
        make_passable(self.folder)
        self.port = _free_port()
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "REDIS_URL", "REDIS_PREFIX")
        }
        self.environment = {
            **kept,
            **SETTINGS,
            **settings,
            "MOLI_DATA": str(self.folder),
            "PORT": str(self.port),
            "PYTHONPATH": str(CHECKOUT),
        }
        self.launcher: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Stand:
        try:
            self.start()
            self.manage("migrate", "-v0")
            until(self.is_well, 60, "the stand")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self.launcher is not None and self.launcher.poll() is None:
            for part in WORDS:
                self.tell_family(part, signal.SIGCONT)
            self.launcher.send_signal(signal.SIGTERM)
            try:
                self.launcher.wait(15)
            except subprocess.TimeoutExpired:
                self.launcher.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start the launcher and wait until it says where it is; again when what it left behind is
        still ending."""
        until(self._started, 90, "the launcher")

    def _started(self) -> bool:
        with (self.folder / "launcher.out").open("ab") as said:
            launcher = subprocess.Popen(
                [sys.executable, "-m", "backend.launcher", "serve"],
                env=self.environment,
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
        self.launcher = launcher
        until(
            lambda: launcher.poll() is not None or self._running().get("pid") == launcher.pid,
            90,
            "the launcher's word",
        )
        return launcher.poll() is None

    def _running(self) -> dict[str, Any]:
        try:
            return dict(json.loads((self.folder / "running.json").read_text()))
        except (OSError, ValueError):
            return {}

    def manage(self, *arguments: str) -> None:
        command = [
            sys.executable,
            "-m",
            "backend.launcher",
            "running",
            "--",
            sys.executable,
            "-m",
            "backend.manage",
            *arguments,
        ]
        done = subprocess.run(
            command, env=self.environment, cwd=CHECKOUT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr

    @contextmanager
    def data(self) -> Iterator[None]:
        """Inside, this thread's models and operations speak to the stand's database, wherever it is
        now."""
        environment = self._running()["environment"]
        address = {
            name.upper(): values[0]
            for name, values in parse_qs(urlsplit(environment["DATABASE_URL"]).query).items()
        }
        own = connections["default"]
        theirs = connections.create_connection("default")
        theirs.settings_dict = {
            **own.settings_dict,
            "NAME": "moli",
            "USER": "moli",
            "PASSWORD": "",
            **address,
        }
        connections["default"] = theirs
        try:
            with override_settings(REDIS_URL=environment["REDIS_URL"], REDIS_PREFIX="moli"):
                doorbell.client.cache_clear()
                yield
        finally:
            theirs.close()
            connections["default"] = own
            doorbell.client.cache_clear()

    def redis_url(self) -> str:
        return str(self._running()["environment"]["REDIS_URL"])

    # --- who runs ---------------------------------------------------------------------------------

    def pids(self, part: str) -> list[int]:
        """The processes of a part, of all solvers unless one is named; "solver child" and "worker
        child" are the ones that do the work."""
        assert self.launcher is not None
        if part == "launcher":
            return [self.launcher.pid]
        if part.endswith(" child"):
            return [
                child
                for parent in self.pids(part.removesuffix(" child"))
                for child, _ in _below(parent)
            ]
        word = f"worker -n {part} " if part in SOLVERS else WORDS[part]
        return [pid for pid, words in _below(self.launcher.pid) if word in words]

    def family(self, part: str) -> list[tuple[int, str]]:
        """The processes of a part and all that stem from them, parents first, with their command
        lines."""
        found = [(pid, "") for pid in self.pids(part)]
        for parent, _ in found:  # grows while it is walked
            found += _below(parent)
        return found

    def busy_solver(self) -> str:
        """The solver that has a run, known by the child that searches for it; "" while none has."""
        return next(
            (
                one
                for one in SOLVERS
                if any("matching.solvers.worker" in words for _, words in self.family(one))
            ),
            "",
        )

    def tell(self, part: str, number: int) -> list[int]:
        """Send a signal; to whom."""
        return self._send(self.pids(part), number)

    def tell_family(self, part: str, number: int) -> None:
        self._send([pid for pid, _ in self.family(part)], number)

    def _send(self, pids: list[int], number: int) -> list[int]:
        for pid in pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass  # ended meanwhile
        return pids

    @property
    def messages(self) -> Path:
        """The folder in which messages to people are written down."""
        return self.folder / "messages"

    def log(self, part: str) -> str:
        """What a part has said."""
        return (self.folder / "log" / f"{part}.log").read_text(errors="replace")

    def facts(self) -> dict[str, str]:
        """What /readyz says; empty when nobody answers."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            line.request("GET", "/readyz")
            return dict(json.loads(line.getresponse().read()))
        except (OSError, HTTPException, ValueError):
            return {}
        finally:
            line.close()

    def is_well(self) -> bool:
        """Everybody runs and the platform says that nothing is amiss."""
        return self.facts().get("status") == "ready" and all(self.pids(part) for part in WORDS)


def database_answers() -> bool:
    """Whether the database that this thread speaks to takes a statement; a dead line is let go."""
    connection = connections["default"]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    except OperationalError:
        connection.close()
        return False


def _below(parent: int) -> list[tuple[int, str]]:
    """The children of a process, each with its command line."""
    done = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(parent)], capture_output=True, text=True
    )
    rows = (line.split(None, 1) for line in done.stdout.splitlines())
    return [(int(pid), words + " ") for pid, words in rows]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
