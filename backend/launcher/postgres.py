"""A private PostgreSQL: a data folder of its own, a Unix socket in a private folder, no network
port."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from backend.launcher import CannotStart
from backend.launcher.account import Account, as_account, own_name
from backend.launcher.binaries import postgres_programs
from backend.launcher.folders import own_folder
from backend.launcher.processes import ChildProcess

PORT = 5432  # only names the socket file
OWNER = "postgres"  # the superuser; the platform itself connects as ROLE, which is none
ROLE = DATABASE = "moli"
CONNECTIONS = 120  # web processes × threads stay far below; see HTTP_THREADS
LOCALE = "C.UTF-8" if sys.platform == "linux" else "C"
SAFE = {"fsync": "on"}
THROW_AWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@dataclass(frozen=True)
class Postgres:
    """One cluster: programs, data folder, socket folder, the account it runs as."""

    programs: Path
    data: Path
    run: Path
    account: Account
    durability: dict[str, str]

    @property
    def url(self) -> str:
        return self.url_of(DATABASE)

    def url_of(self, database: str, role: str = ROLE) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.run), safe='/')}&port={PORT}"

    def child(self, log: Path) -> ChildProcess:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.run),
            "unix_socket_permissions": "0700"
            if self.account.uid == os.geteuid()
            else "0777",  # the folder is 0700
            "port": str(PORT),
            "max_connections": str(CONNECTIONS),
            "shared_buffers": "128MB",
            # Statements that gather people's facts are compiled for longer than they run.
            "jit": "off",
            "log_min_messages": "warning",
            "log_min_error_statement": "panic",  # a refused statement's values are personal data
            "log_error_verbosity": "terse",  # no DETAIL, which quotes the row that was refused
            "log_parameter_max_length": "0",
            "log_parameter_max_length_on_error": "0",
            "timezone": "UTC",
            "lc_messages": "C",
            **self.durability,
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return ChildProcess(
            name="PostgreSQL",
            argv=[str(self.programs / "postgres"), "-D", str(self.data), *options],
            environment=_clean_environment(),
            log=log,
            account=self.account,
            is_service=True,
            stop_signal=signal.SIGINT,  # "fast": open transactions roll back
            orphan_signal=signal.SIGINT,
            before=self.clear_stale_files,
        )

    def ready(self) -> bool:
        """What pg_ctl reads: the last line of the pid file says `ready`."""
        try:
            lines = (self.data / "postmaster.pid").read_text().split("\n")
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def clear_stale_files(self) -> None:
        """Remove what a killed server left; wait for one that is still ending.

        The caller holds the folder's lock.
        """
        file = self.data / "postmaster.pid"
        deadline = time.monotonic() + 10
        while file.exists():
            pid = _first_number(file)
            if pid is None or not _is_postgres(pid):
                file.unlink(missing_ok=True)
            elif time.monotonic() > deadline:
                raise CannotStart(f"An older PostgreSQL (process {pid}) still uses {self.data}.")
            else:
                time.sleep(0.05)
        for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
            (self.run / name).unlink(missing_ok=True)

    def create_role_and_database(self) -> None:
        """Idempotent; for a new cluster, once it accepts connections."""
        import psycopg

        with psycopg.connect(self.url_of("postgres", OWNER), autocommit=True) as connection:
            if not connection.execute(
                "SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]
            ).fetchone():
                connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
            if not connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")


def prepare(home: Path, run: Path, account: Account, throw_away: bool) -> Postgres:
    """The cluster in home/postgres, made by initdb when it is not there yet."""
    programs = postgres_programs(home, account)
    data = home / "postgres"
    cluster = Postgres(programs, data, run, account, THROW_AWAY if throw_away else SAFE)
    if not (data / "PG_VERSION").is_file():
        _initdb(cluster)
    return cluster


def _initdb(cluster: Postgres) -> None:
    """Make the data folder under another name first: one that was interrupted is never taken for a
    whole one. CannotStart."""
    new = cluster.data.with_name(f"{cluster.data.name}.unfinished")
    shutil.rmtree(new, ignore_errors=True)
    try:
        own_folder(new, cluster.account)
        said = _run_initdb(cluster, new)
        if said:
            raise CannotStart(f"PostgreSQL could not make its data folder {cluster.data}: {said}")
        # Only the person who runs the launcher may come in, under either role; the kernel vouches
        # for who that is.
        _write(new / "pg_hba.conf", "local all all peer map=launcher\n")
        _write(
            new / "pg_ident.conf",
            "".join(f"launcher {own_name()} {role}\n" for role in (OWNER, ROLE)),
        )
        new.rename(cluster.data)
    except OSError as error:  # a disk that is full; a folder where nothing may be run
        raise CannotStart(
            f"PostgreSQL could not make its data folder {cluster.data}: {error}"
        ) from None
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _run_initdb(cluster: Postgres, folder: Path) -> str:
    """Why it failed, in its own last line; empty when it did not."""
    done = subprocess.run(
        [
            str(cluster.programs / "initdb"),
            *("-D", str(folder), "-U", OWNER, "-E", "UTF8", f"--locale={LOCALE}"),
            *("--auth=peer", "--no-sync", "--no-instructions"),
        ],
        env=_clean_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        cwd="/",
        **as_account(cluster.account),
    )
    if not done.returncode:
        return ""
    return (done.stderr.strip().splitlines() or ["no reason given"])[-1]


def _write(file: Path, text: str) -> None:
    with file.open("w") as opened:  # keeps the owner that initdb gave it
        opened.write(text)


def _first_number(file: Path) -> int | None:
    try:
        return int(file.read_text().split("\n")[0])
    except (OSError, ValueError):
        return None


def _is_postgres(pid: int) -> bool:
    """Whether that process lives and is a PostgreSQL; numbers are used again after a reboot."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return not Path("/proc/self").exists()  # no /proc: believe the number


def _clean_environment() -> dict[str, str]:
    """Without PGDATA, PGPORT and the like of the person who started us."""
    kept = {"PATH", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"}
    return {name: value for name, value in os.environ.items() if name in kept} | {
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
