"""PostgreSQL and Valkey for whoever needs them: the ones named by the environment, or private ones
of our own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from backend.config import env
from backend.launcher import postgres, valkey
from backend.launcher.account import service_account
from backend.launcher.folders import make_passable, open_parent, run_folder, services_folder
from backend.launcher.keys import throw_away_keys
from backend.launcher.supervisor import Supervisor


@contextmanager
def services(
    data: Path, supervisor: Supervisor, throw_away: bool = False
) -> Iterator[dict[str, str]]:
    """DATABASE_URL and REDIS_URL of running services.

    What the environment names already is not started.
    """
    found = {name: url for name in ("DATABASE_URL", "REDIS_URL") if (url := env.text(name))}
    if len(found) == 2:
        yield found
        return
    account = service_account()
    with services_folder(data, account) as home, run_folder(account) as run:
        supervisor.clear_away(run)
        if "REDIS_URL" not in found:
            bell = valkey.prepare(home, run, account)
            supervisor.start(bell.child(data / "log" / "valkey.log"), bell.ready)
            found["REDIS_URL"] = bell.url
        if "DATABASE_URL" not in found:
            cluster = postgres.prepare(home, run, account, throw_away)
            supervisor.start(cluster.child(data / "log" / "postgres.log"), cluster.ready)
            cluster.create_role_and_database()
            found["DATABASE_URL"] = cluster.url
        try:
            yield found
        finally:
            supervisor.stop()  # before their sockets' folder goes


@contextmanager
def throw_away_services() -> Iterator[dict[str, str]]:
    """Services in a folder that goes when they go, with made-up keys: the environment that tests
    run in."""
    parent = open_parent(service_account())
    data = Path(tempfile.mkdtemp(prefix="moli-services-", dir=parent))
    make_passable(data)
    static = data / "static"
    for folder in (data / "log", static):
        folder.mkdir()
    try:
        with Supervisor(say=lambda line: print(line, file=sys.stderr)) as supervisor:
            supervisor.clear_away(data)
            with services(data, supervisor, throw_away=True) as urls:
                yield throw_away_keys() | urls | {"STATIC_ROOT": str(static)}
    finally:
        shutil.rmtree(data, ignore_errors=True)


def run_with_services(command: Sequence[str]) -> int:
    """Run a command with throw-away services; its exit code.

    Ctrl-C goes to the command, we wait for it.
    """
    with throw_away_services() as environment:
        process = subprocess.Popen(list(command), env={**os.environ, **environment})
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        code = process.wait()
    return code if code >= 0 else 128 - code
