"""The private PostgreSQL and Valkey: on any folder, as anybody, after any death, and never two on
one folder."""

from __future__ import annotations

import json
import os
import pwd
import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from backend.launcher import CannotStart
from backend.launcher.account import service_account
from backend.launcher.binaries import postgres_programs
from backend.launcher.postgres import OWNER, ROLE
from tests.launcher.machine import descendants, end, running, start, until

LAUNCHER = """
import json, sys
from pathlib import Path
from backend.launcher import CannotStart
from backend.launcher.demo import Interrupted, stoppable
from backend.launcher.folders import data_folder, locked
from backend.launcher.services import services
from backend.launcher.supervisor import Supervisor
try:
    data = data_folder()
    with stoppable(), locked(data), Supervisor() as supervisor, services(data, supervisor) as urls:
        print(json.dumps(urls), flush=True)
        supervisor.watch()
except Interrupted:
    pass
except CannotStart as refusal:
    sys.exit(str(refusal))
"""
as_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can hand the services to another user"
)


class Platform:
    """Private services on one data folder, as a process that can be killed."""

    def __init__(self, data: Path, umask: int = 0o022, **environment: str) -> None:
        self.process = start(["-c", LAUNCHER], umask, MOLI_DATA=str(data), **environment)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("{"), line
        self.urls: dict[str, str] = json.loads(line)

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.urls["DATABASE_URL"], autocommit=True)

    def setting(self, query: str) -> str:
        """What only the cluster's owner may see."""
        url = self.urls["DATABASE_URL"].replace(f"{ROLE}@", f"{OWNER}@")
        with psycopg.connect(url) as connection:
            row = connection.execute(query).fetchone()  # type: ignore[arg-type]
        assert row is not None
        return str(row[0])

    def postmaster(self) -> int:
        return next(
            pid for pid in descendants(self.process.pid) if b"postgres\0-D" in command_line(pid)
        )


def command_line(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.fixture
def platforms() -> Iterator[list[Platform]]:
    started: list[Platform] = []
    yield started
    for platform in started:
        end(platform.process)


def test_data_survive_kill_9_and_nothing_stays_behind(
    folder: Path, platforms: list[Platform]
) -> None:
    platforms.append(first := Platform(folder / "a"))
    with first.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    family = descendants(first.process.pid)
    first.process.kill()
    until(lambda: not any(running(pid) for pid in family), seconds=6)
    assert (folder / "a" / "lock").exists()
    platforms.append(second := Platform(folder / "a"))
    with second.connect() as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_start_right_after_kill_9_waits_for_the_old_database_to_end(
    folder: Path, platforms: list[Platform]
) -> None:
    platforms.append(first := Platform(folder / "a"))
    first.process.kill()
    platforms.append(second := Platform(folder / "a"))
    assert second.connect().execute("SELECT 1").fetchone() == (1,)


def test_a_stale_pid_file_that_names_a_stranger_is_no_hindrance(
    folder: Path, platforms: list[Platform]
) -> None:
    platforms.append(first := Platform(folder / "a"))
    pid_file = folder / "a" / "services" / "postgres" / "postmaster.pid"
    os.kill(first.postmaster(), signal.SIGKILL)
    stale = pid_file.read_text().split("\n")
    first.process.kill()
    first.process.wait()
    pid_file.write_text("\n".join([str(os.getpid()), *stale[1:]]))
    platforms.append(second := Platform(folder / "a"))
    assert second.connect().execute("SELECT 1").fetchone() == (1,)


def test_a_killed_database_comes_back_by_itself(folder: Path, platforms: list[Platform]) -> None:
    platforms.append(platform := Platform(folder / "a"))
    with platform.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(platform.postmaster(), signal.SIGKILL)

    def back() -> bool:
        try:
            return platform.connect().execute("SELECT answer FROM kept").fetchone() == (42,)
        except psycopg.OperationalError:
            return False

    until(lambda: not back())
    until(back, seconds=15)


def test_two_side_by_side_never_meet(folder: Path, platforms: list[Platform]) -> None:
    platforms += [Platform(folder / "a"), Platform(folder / "b")]
    for number, platform in enumerate(platforms):
        with platform.connect() as connection:
            connection.execute("CREATE TABLE mine AS SELECT %s::int AS number", [number])
        redis.Redis.from_url(platform.urls["REDIS_URL"]).set("mine", number)
    for number, platform in enumerate(platforms):
        assert platform.connect().execute("SELECT number FROM mine").fetchone() == (number,)
        assert redis.Redis.from_url(platform.urls["REDIS_URL"]).get("mine") == str(number).encode()


def test_a_second_start_on_the_same_folder_is_refused(
    folder: Path, platforms: list[Platform]
) -> None:
    platforms.append(Platform(folder / "a"))
    second = start(["-c", LAUNCHER], MOLI_DATA=str(folder / "a"))
    said, _ = second.communicate(timeout=10)
    assert (second.returncode, said) == (1, f"Another start is under way in {folder / 'a'}.\n")


def test_a_deep_folder_works_though_socket_paths_are_short(
    folder: Path, platforms: list[Platform]
) -> None:
    deep = folder.joinpath(*["a-folder-with-a-long-name-of-forty-bytes"] * 5)
    deep.mkdir(parents=True)
    platforms.append(platform := Platform(deep))
    assert platform.connect().execute("SELECT 1").fetchone() == (1,)


def test_nobody_else_may_come_in(folder: Path, platforms: list[Platform]) -> None:
    platforms.append(platform := Platform(folder / "a"))
    with platform.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute(
            "SELECT current_user, usesuper FROM pg_user WHERE usename = current_user"
        ).fetchone() == (ROLE, False)
    socket_folder = Path(platform.setting("SHOW unix_socket_directories"))
    assert stat.S_IMODE(socket_folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "a" / "services" / "postgres").stat().st_mode) == 0o700


@as_root
def test_as_root_the_services_are_nobodys(folder: Path, platforms: list[Platform]) -> None:
    users = Path("/etc/passwd").read_bytes()
    platforms.append(platform := Platform(folder / "a"))
    nobody = pwd.getpwnam("nobody").pw_uid
    for name in (b"postgres\0-D", b"valkey-server"):
        pid = next(pid for pid in descendants(platform.process.pid) if name in command_line(pid))
        assert Path(f"/proc/{pid}").stat().st_uid == nobody
    assert Path("/etc/passwd").read_bytes() == users


@as_root
def test_as_root_another_process_of_nobody_is_refused(
    folder: Path, platforms: list[Platform]
) -> None:
    platforms.append(platform := Platform(folder / "a"))
    psql = platform.setting("SELECT setting || '/psql' FROM pg_config WHERE name = 'BINDIR'")
    done = subprocess.run(
        [psql, platform.urls["DATABASE_URL"], "-c", "SELECT 1"],
        user="nobody",
        group="nogroup",
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
    )
    assert "Peer authentication failed" in done.stderr


def test_the_programs_are_those_that_postgres_bin_names(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = postgres_programs(folder, service_account())
    theirs = folder / "theirs" / "bin"
    theirs.mkdir(parents=True)
    monkeypatch.setenv("POSTGRES_BIN", str(theirs))
    with pytest.raises(
        CannotStart, match=f"^POSTGRES_BIN={theirs} has no initdb and postgres in it.$"
    ):
        postgres_programs(folder, service_account())
    for program in ("initdb", "postgres"):
        (theirs / program).symlink_to(ours / program)
    assert postgres_programs(folder, service_account()) == theirs


def test_logs_are_private_and_hold_no_rows(folder: Path, platforms: list[Platform]) -> None:
    platforms.append(platform := Platform(folder / "a"))
    with platform.connect() as connection:
        connection.execute("CREATE TABLE person (phone text NOT NULL, name text)")
        with pytest.raises(psycopg.errors.NotNullViolation):
            connection.execute("INSERT INTO person VALUES (NULL, '林雪梅')")
    logs = list((folder / "a" / "log").glob("*.log"))
    said = (folder / "a" / "log" / "postgres.log").read_text()
    assert 'null value in column "phone"' in said
    assert "林雪梅" not in said and "DETAIL" not in said
    assert {oct(log.stat().st_mode & 0o777) for log in logs} == {"0o600"}
