"""One program under watch: how it is started, told to stop, and described when it ends by
itself."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from backend.launcher import CannotStart
from backend.launcher.account import Account, as_account

PR_SET_PDEATHSIG = 1
_prctl = (
    getattr(ctypes.CDLL(None, use_errno=True), "prctl", None) if sys.platform == "linux" else None
)


def _nothing() -> None:
    """No preparation needed."""


@dataclass
class ChildProcess:
    """A program in a session of its own, so that Ctrl-C at the terminal reaches the launcher alone.

    `stop_signal` asks it to end; `orphan_signal` is what the kernel sends it (Linux) when the
    launcher is killed.
    """

    name: str
    argv: Sequence[str]
    environment: dict[str, str]
    log: Path
    account: Account | None = None  # None: ourselves
    is_service: bool = False  # others depend on it, so it stops last
    stop_signal: int = signal.SIGTERM
    orphan_signal: int = signal.SIGKILL
    keep_open: Sequence[int] = ()
    before: Callable[[], None] = _nothing  # runs before every start, restarts included
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it. Call from the main thread: the kernel ties `orphan_signal` to the thread that
        forked."""
        self.before()
        other = as_account(self.account)
        folder = None
        if other:
            folder = "/"
        with open(self.log, "ab", opener=_only_for_us) as log:
            try:
                self.process = subprocess.Popen(
                    self.argv,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    pass_fds=self.keep_open,
                    cwd=folder,
                    preexec_fn=partial(self._in_child, os.getpid()),
                    **other,
                )
            except (OSError, subprocess.SubprocessError) as error:
                raise CannotStart(f"{self.name} could not be started: {error}") from None

    @property
    def pid(self) -> int:
        assert self.process is not None, f"{self.name} was never started"
        return self.process.pid

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def tell(self, number: int) -> None:
        """Send a signal to the program and to those that it started."""
        try:
            os.killpg(self.pid, number)
        except (ProcessLookupError, PermissionError):
            pass  # ended meanwhile

    def reason(self) -> str:
        """Why it ended, in words, with the last thing that it said."""
        code = self.process and self.process.returncode
        ended = f"{self.name} ended with code {code}"
        if code and code < 0:
            ended = f"{self.name} was killed by {signal.Signals(-code).name}"
        said = self.last_line()
        if said:
            return f"{ended}: {said}"
        return ended

    def last_line(self) -> str:
        try:
            with self.log.open("rb") as log:
                log.seek(max(0, self.log.stat().st_size - 4000))
                lines = log.read().decode(errors="replace").strip().splitlines() or [""]
        except OSError:
            return ""
        return lines[-1].strip()[:200]

    def _in_child(self, launcher: int) -> None:
        # After setuid, which would clear it. If the launcher died meanwhile no signal will come:
        # end at once.
        if _prctl:
            _prctl(PR_SET_PDEATHSIG, self.orphan_signal)
            if os.getppid() != launcher:
                os._exit(1)


def _only_for_us(path: str, flags: int) -> int:
    """What processes say is for whoever runs the platform, not for every account of the
    machine."""
    opened = os.open(path, flags, 0o600)
    os.fchmod(opened, 0o600)
    return opened
