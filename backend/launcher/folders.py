"""Where a running platform keeps things, and the lock that keeps a second one out.

data/            MOLI_DATA, or .data in the checkout
  lock           held while a launcher runs here
  running.json   its process, address and environment, readable by its owner only
  keys.env       secrets of the demo, made once
  log/           one file per child; the previous start's beside it as .1
  services/      what PostgreSQL keeps; a link into /var/tmp when `nobody` may not enter data/
run/             Unix sockets; a short path of its own, since a socket's path ends at 107 bytes
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict
from urllib.parse import quote

from backend.launcher import CannotStart
from backend.launcher.account import Account

CHECKOUT = Path(__file__).resolve().parent.parent.parent
ELSEWHERE = Path("/var/tmp")
NEEDED_BYTES = 500 * 2**20
LONGEST_SOCKET = 103  # macOS allows 103 bytes, Linux 107
LONGEST_NAME = len("/moli-12345678/.s.PGSQL.5432.lock")


def wanted_folder() -> Path:
    return Path(os.environ.get("MOLI_DATA") or CHECKOUT / ".data").absolute()


def data_folder() -> Path:
    """The data folder, made when missing; refuses one that cannot be written or has no space."""
    data = wanted_folder()
    try:
        (data / "log").mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data):
            pass
    except OSError as error:
        raise CannotStart(
            f"The folder {data} cannot be written ({error.strerror}); choose another: "
            f"MOLI_DATA=/some/folder make demo"
        ) from None
    free = shutil.disk_usage(data).free
    if free < NEEDED_BYTES:
        raise CannotStart(
            f"Only {free // 2**20} MB are free in {data}; {NEEDED_BYTES // 2**20} MB are needed."
        )
    return data


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the folder for this process; the kernel lets go of it however the process ends."""
    with (data / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(already_running(data)) from None
        try:
            yield
        finally:
            (data / "running.json").unlink(missing_ok=True)


def already_running(data: Path) -> str:
    facts = _running(data)
    if not facts:
        return f"Another start is under way in {data}."
    return f"Already running at {facts['url']} (process {facts['pid']})."


def announce(data: Path, url: str, environment: dict[str, str]) -> None:
    """Leave word for `running` and for a second start; it holds secrets, so only its owner reads
    it."""
    new = data / "running.json.new"
    new.touch(mode=0o600)
    new.write_text(json.dumps({"pid": os.getpid(), "url": url, "environment": environment}))
    new.replace(data / "running.json")


class Running(TypedDict):
    """What running.json says."""

    pid: int
    url: str
    environment: dict[str, str]


def running_environment(data: Path) -> dict[str, str]:
    """What the running platform's processes were given, for one more command beside them."""
    facts = _running(data)
    with (data / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            if facts:
                return dict(facts["environment"])
    raise CannotStart(f"Nothing runs in {data}; start it with make demo.")


def _running(data: Path) -> Running | None:
    try:
        facts: Running = json.loads((data / "running.json").read_text())
    except (OSError, ValueError):
        return None
    return facts


@contextmanager
def services_folder(data: Path, account: Account) -> Iterator[Path]:
    """Where the services keep their things: data/services, or what it links to. It stays when a
    database is in it; a start that failed before leaves nothing."""
    here = data / "services"
    if not here.is_symlink() and not account.may_enter(data):
        _place_elsewhere(here, account)
    home = here.resolve()
    make_passable(home)
    try:
        yield home
    finally:
        if not (home / "postgres").exists():
            _remove(here)


def _place_elsewhere(here: Path, account: Account) -> None:
    """Link it to a new folder in the machine's lasting /var/tmp, where the account may enter.

    The name is new each time: a data folder made anew has new keys, and an older database at the
    same path would be shut to them.
    """
    if here.exists():
        raise CannotStart(
            f"The database in {here} was made when {account.name} could enter it, and now it may "
            f"not; open the folders above it (chmod o+x) or remove it with make clean."
        )
    prefix = f"moli-{hashlib.sha256(bytes(here.parent)).hexdigest()[:12]}-"
    for forgotten in ELSEWHERE.glob(prefix + "*"):
        if forgotten.stat().st_uid == os.geteuid():
            shutil.rmtree(forgotten, ignore_errors=True)
    here.symlink_to(ELSEWHERE / (prefix + secrets.token_hex(4)))


def forget_services(data: Path) -> None:
    """Remove the database and the programs that a platform keeps, wherever they lie; CannotStart
    while it runs."""
    if data.exists():
        with locked(data):
            _remove(data / "services")


def _remove(services: Path) -> None:
    shutil.rmtree(services.resolve(), ignore_errors=True)
    if services.is_symlink():
        services.unlink()


def make_passable(folder: Path) -> None:
    """Make a folder that others may pass through but not list; refuse one that somebody else has
    put there."""
    folder.mkdir(mode=0o711, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise CannotStart(
            f"The folder {folder} belongs to somebody else; set MOLI_DATA to a folder of your own."
        )
    folder.chmod(0o711)


def own_folder(folder: Path, account: Account) -> Path:
    """A private folder of the account, 0700."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(folder, account.uid, account.gid)
    return folder


@contextmanager
def run_folder(account: Account) -> Iterator[Path]:
    """A new short private folder for sockets, gone afterwards."""
    folder = own_folder(Path(tempfile.mkdtemp(prefix="moli-", dir=open_parent(account))), account)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def open_parent(account: Account) -> Path:
    """A folder for things that go: one that the account may enter, since root's TMPDIR may be
    closed to everybody else; short enough for sockets; and the same word in an address."""
    for parent in (Path(tempfile.gettempdir()).resolve(), Path("/tmp"), Path("/var/tmp")):
        short = len(bytes(parent)) + LONGEST_NAME <= LONGEST_SOCKET
        if short and quote(str(parent)) == str(parent) and account.may_enter(parent):
            return parent
    raise CannotStart(
        "No short folder for sockets was found; set TMPDIR to one of at most 70 plain letters."
    )
