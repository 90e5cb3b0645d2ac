"""Keeps children running: starts them, restarts those that crash, stops all in order."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from backend.launcher import CannotStart
from backend.launcher.processes import ChildProcess

LOOK_SECONDS = 0.1
READY_SECONDS = 90.0  # a small machine that is busy with something else
CRASHES = 5  # this many
WITHIN_SECONDS = 60.0  # within this time, and we give up
LONGEST_PAUSE_SECONDS = 8.0
GRACE_SECONDS = 1.3  # for each round of stopping; two rounds stay below three seconds


class GaveUp(Exception):
    """A child crashed again and again; the text names it and its reason."""


class Supervisor:
    """Use as a context: leaving it stops every child, the last started first.

    A watchman process stands by, so that even kill -9 of this process leaves nothing behind.
    """

    def __init__(self, say: Callable[[str], None] = print) -> None:
        self.say = say
        self.children: list[ChildProcess] = []
        self._crashes: dict[str, deque[float]] = {}
        self._due: dict[str, float] = {}  # child → when it is started again
        self._watchman = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).with_name("watchman.py"))],
            stdin=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.stop()
        finally:
            self._watchman.communicate()  # closes its input: it ends, with nothing left to end

    def start(
        self,
        child: ChildProcess,
        ready: Callable[[], bool] | None = None,
        seconds: float = READY_SECONDS,
    ) -> None:
        """Start a child and wait until it is ready; CannotStart with its reason when it ends or
        stays silent."""
        self.children.append(child)
        self._launch(child)
        deadline = time.monotonic() + seconds
        while ready and not ready():
            if not child.alive():
                raise CannotStart(child.reason())
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"{child.name} was not ready after {seconds:.0f} seconds; see {child.log}"
                )
            time.sleep(0.01)

    def clear_away(self, folder: Path) -> None:
        """Have a folder removed if we are killed."""
        self._tell_watchman(f"rm {folder}")

    def look(self) -> None:
        """One round: notice who ended, start again who is due. GaveUp after repeated crashes."""
        now = time.monotonic()
        for child in self.children:
            if child.name in self._due:
                if now >= self._due[child.name]:
                    del self._due[child.name]
                    self._launch(child)
            elif not child.alive():
                self._crashed(child, now)

    def watch(self) -> None:
        """Look after the children until a signal handler raises."""
        while True:
            self.look()
            time.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        """Stop all: first what uses the services, then the services themselves, which were started
        first."""
        users = [child for child in self.children if not child.is_service]
        services = [child for child in self.children if child.is_service]
        for group in (users, services):
            running = [child for child in reversed(group) if child.alive()]
            for child in running:
                child.tell(child.stop_signal)
            self._await_end(running)
            for child in group:
                self._bury(child)

    def _await_end(self, running: list[ChildProcess]) -> None:
        deadline = time.monotonic() + GRACE_SECONDS
        while any(child.alive() for child in running) and time.monotonic() < deadline:
            time.sleep(0.02)

    def _launch(self, child: ChildProcess) -> None:
        child.start()
        self._tell_watchman(f"+ {child.pid} {int(child.orphan_signal)}")

    def _bury(self, child: ChildProcess) -> None:
        """End what is left of a child's group and strike it off the watchman's list."""
        if child.process is not None:
            child.tell(signal.SIGKILL)
            child.process.wait()
            self._tell_watchman(f"- {child.pid}")

    def _crashed(self, child: ChildProcess, now: float) -> None:
        reason = child.reason()
        self._bury(child)
        crashes = self._crashes.setdefault(child.name, deque(maxlen=CRASHES))
        crashes.append(now)
        if len(crashes) == CRASHES and now - crashes[0] < WITHIN_SECONDS:
            raise GaveUp(
                f"{reason}. It crashed {CRASHES} times in a minute; giving up. Its log: {child.log}"
            )
        recent = sum(1 for moment in crashes if now - moment < WITHIN_SECONDS)
        pause = min(0.25 * 2**recent, LONGEST_PAUSE_SECONDS)
        self._due[child.name] = now + pause
        self.say(f"{reason}. Starting it again in {pause:.1f} s.")

    def _tell_watchman(self, line: str) -> None:
        assert self._watchman.stdin is not None
        try:
            self._watchman.stdin.write(line + "\n")
            self._watchman.stdin.flush()
        except BrokenPipeError:
            pass  # somebody killed it; the kernel's parent-death signal remains
