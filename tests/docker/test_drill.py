"""The restore drill: what was backed up comes back, into an empty database only, and a half-written
backup never has a name."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from backend.launcher.account import service_account
from backend.launcher.binaries import postgres_programs
from tests.architecture.source import ROOT


@pytest.fixture
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """In a checkout that other accounts may not enter they are copied: not among the backups."""
    folder = postgres_programs(tmp_path_factory.mktemp("programs"), service_account())
    names = {"PG_DUMP": "pg_dump", "PG_RESTORE": "pg_restore", "PSQL": "psql"}
    return {key: str(folder / name) for key, name in names.items()} | {"PYTHON": sys.executable}


def other_database(name: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


@pytest.fixture
def databases() -> Iterator[tuple[str, str]]:
    names = [f"drill_{uuid.uuid4().hex[:8]}" for _ in range(2)]
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        for name in names:
            admin.execute(f"CREATE DATABASE {name}")
        yield other_database(names[0]), other_database(names[1])
        for name in names:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def run(*command: str, url: str, programs: dict[str, str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **programs, "DATABASE_URL": url}
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)


def test_a_backup_comes_back_whole_and_numbers_events_anew(
    tmp_path: Path, databases: tuple[str, str], programs: dict[str, str]
) -> None:
    source, target = databases
    assert run("docker/entrypoint.sh", "migrate", url=source, programs=programs).returncode == 0
    backup = run("docker/backup.sh", str(tmp_path), url=source, programs=programs)
    assert backup.returncode == 0, backup.stderr
    file = backup.stdout.strip()
    assert {f"{f.stat().st_mode & 0o777:o}" for f in tmp_path.iterdir()} == {"600"}

    restored = run("docker/restore.sh", file, url=target, programs=programs)
    assert restored.returncode == 0, restored.stderr
    count = (
        "SELECT (SELECT count(*) FROM places_division), (SELECT count(*) FROM programmes_programme)"
    )
    with psycopg.connect(source) as before, psycopg.connect(target) as after:
        rows = before.execute(count).fetchone()
        assert rows == after.execute(count).fetchone() and rows is not None and rows[0] > 3000
        number = "SELECT coalesce(max(last_seq), 0) FROM outbox_stream"
        (last,), (first,) = (
            before.execute(number).fetchone() or (0,),
            after.execute(number).fetchone() or (0,),
        )
        assert first > last, "every page that was open before the restore must be told to refresh"

    again = run("docker/restore.sh", file, url=target, programs=programs)
    assert again.returncode == 2 and "restore into an empty one" in again.stderr


def test_a_damaged_backup_is_refused_before_anything_is_written(
    tmp_path: Path, databases: tuple[str, str], programs: dict[str, str]
) -> None:
    source, target = databases
    with psycopg.connect(source) as connection:
        connection.execute("CREATE TABLE thing (id int)")
    file = Path(
        run("docker/backup.sh", str(tmp_path), url=source, programs=programs).stdout.strip()
    )
    file.write_bytes(file.read_bytes()[:-20] + b"x" * 20)
    assert run("docker/restore.sh", str(file), url=target, programs=programs).returncode != 0
    with psycopg.connect(target) as connection:
        assert connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone() == (0,)


def test_a_backup_that_fails_leaves_no_file(tmp_path: Path, programs: dict[str, str]) -> None:
    failed = run(
        "docker/backup.sh", str(tmp_path), url=other_database("no_such_database"), programs=programs
    )
    assert failed.returncode != 0 and list(tmp_path.iterdir()) == []


def test_an_unknown_role_is_one_clear_line(programs: dict[str, str]) -> None:
    answer = run("docker/entrypoint.sh", "wbe", url=os.environ["DATABASE_URL"], programs=programs)
    assert answer.returncode == 2 and "unknown role 'wbe'" in answer.stderr
