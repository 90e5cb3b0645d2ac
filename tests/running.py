"""The `platform` fixture: the whole platform as real processes, on a database of its own.

See tests/README.md.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connections
from django.test.utils import override_settings
from pytest_django.plugin import DjangoDbBlocker

from backend.accounts.models import User
from backend.launcher.folders import CHECKOUT
from backend.outbox import doorbell
from tests import emptying
from tests.databases import database_of, with_database
from tests.factories import NOW
from tests.migrated import template
from tests.moment import moved
from tests.paths import python_path

KEPT = (
    "django_migrations",
    "django_content_type",
    "auth_permission",
)  # and outbox_*: processes remember its numbers
MOST_DEADLOCKS = 5  # in a row, before a test is told of it


class Platform:
    """A running platform.

    `url` is its address; `data()` lets this test write and read its database.
    """

    def __init__(
        self,
        database_url: str,
        redis_url: str,
        prefix: str,
        folder: Path,
        moment: datetime | None = None,
    ) -> None:
        """`moment`: when it is for its processes from now on; None: what the clock says."""
        self.folder = folder
        self.database_url, self.redis_url, self.prefix = database_url, redis_url, prefix
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "REDIS_PREFIX": prefix,
            "MOLI_DATA": str(folder),
            "PORT": "0",
            "DEMO": "True",
            "PYTHONPATH": python_path(CHECKOUT),
        }
        self.shift = timedelta()
        if moment:
            self.shift = moment - datetime.now(UTC)
            self.environment = moved(self.environment, moment)
        self.manage("migrate", "--verbosity", "0")
        self.launcher = subprocess.Popen(
            [sys.executable, "-m", "backend.launcher", "serve"],
            env=self.environment,
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url = self._await_address()

    def manage(self, *arguments: str) -> str:
        """What a moli command prints, run as an operator would, on this platform."""
        command = [sys.executable, "-m", "backend.manage", *arguments]
        done = subprocess.run(
            command, env=self.environment, cwd=CHECKOUT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def data(self) -> Iterator[None]:
        """Inside, this test's models, operations and factories speak to the platform's database,
        and commit at once."""
        own = connections["default"]
        theirs = connections.create_connection("default")
        theirs.settings_dict = {**own.settings_dict, "NAME": database_of(self.database_url)}
        connections["default"] = theirs
        try:
            with override_settings(REDIS_URL=self.redis_url, REDIS_PREFIX=self.prefix):
                doorbell.client.cache_clear()
                yield
        finally:
            theirs.close()
            connections["default"] = own
            doorbell.client.cache_clear()

    def cookie_of(self, user: User) -> dict[str, str]:
        """A browser cookie with which this user is signed in. Call inside `data()`."""
        from backend.accounts.sessions import SessionStore

        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        assert session.session_key is not None
        return {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": self.url}

    def log(self, part: str) -> str:
        """What a part (web, relay, worker, sender, solver-1, beat) has said."""
        return (self.folder / "log" / f"{part}.log").read_text(errors="replace")

    def pids(self, part: str) -> Sequence[int]:
        """The main processes of a part; to kill, freeze or measure them."""
        words = {"web": "backend.launcher.web", "relay": "scheduler.relay", "beat": " beat "}
        pattern = words.get(part, f"worker -n {part} ")
        table = subprocess.run(
            ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(self.launcher.pid)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        return [int(line.split()[0]) for line in table.splitlines() if pattern in line]

    def empty(self) -> None:
        """Take every row out, between tests."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            rows = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
            names = [
                name for (name,) in rows if name not in KEPT and not name.startswith("outbox_")
            ]
            connection.execute("SET moli.begin_anew = 'on'")
            take_out(connection, names)

    def stop(self) -> None:
        self.launcher.send_signal(signal.SIGTERM)
        try:
            self.launcher.wait(10)
        except subprocess.TimeoutExpired:
            self.launcher.kill()

    def _await_address(self) -> str:
        said = ""
        assert self.launcher.stdout is not None
        for line in self.launcher.stdout:
            said += line
            found = re.search(r"ready after .* s:  (http://\S+)", line)
            if found:
                return found.group(1)
        raise AssertionError(f"the platform did not start:\n{said}")


def take_out(connection: psycopg.Connection[Any], tables: Sequence[str]) -> None:
    """The platform goes on reading and writing while its tables are taken: what it has begun is
    waited for, and goes, too. Of two that wait for each other the server may end either, and when
    it was this one, it asks again."""
    lock = f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE"
    for attempt in range(MOST_DEADLOCKS):
        try:
            with connection.transaction():
                for statement in (lock, *emptying.statements(connection, tables)):
                    connection.execute(statement.encode())
            return
        except psycopg.errors.DeadlockDetected:
            if attempt + 1 == MOST_DEADLOCKS:
                raise


@pytest.fixture(scope="session")
def running_platform() -> Iterator[Platform]:
    """Started when the first test asks for it; each parallel worker has its own."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    name = f"platform_{worker}"
    outer = os.environ["DATABASE_URL"]
    with psycopg.connect(outer, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template(outer)}".encode())
    with tempfile.TemporaryDirectory(prefix="moli-platform-") as folder:
        platform = Platform(
            with_database(outer, name),
            os.environ["REDIS_URL"],
            f"platform-{worker}",
            Path(folder),
            NOW,
        )
        try:
            yield platform
        finally:
            platform.stop()


@pytest.fixture
def platform(
    running_platform: Platform, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Platform]:
    """The running platform, emptied. Whatever day it is, for it and for the test it is the day on
    which the rotas of tests/factories.py are about to begin.

    Touch its rows within `platform.data()` only; never together with `db`.
    """
    shift = running_platform.shift
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime.now(UTC) + shift)
    running_platform.empty()
    with django_db_blocker.unblock():
        yield running_platform
