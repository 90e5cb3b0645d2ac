"""Processes of a benchmark on this machine: web, relay, crowd; what they cost; how long things
took."""

from __future__ import annotations

import json
import os
import platform
import re
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

STARTED_WITHIN = 120.0
CLOCK_TICK = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def python(
    *arguments: str, descriptor: int | None = None, pipes: bool = False
) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE if pipes else subprocess.DEVNULL
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "LOG_LEVEL": "ERROR", "BEHIND_PROXY": "True"},
        text=True,
        stdin=pipe,
        stdout=pipe if pipes else None,
        pass_fds=[descriptor] if descriptor is not None else [],
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


class Webs:
    """Web processes that share a listening socket; one that was killed is started again by
    `restart()`."""

    def __init__(self, module: str, count: int) -> None:
        self.module = module
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.listener.set_inheritable(True)
        self.port = self.listener.getsockname()[1]
        self.stack = ExitStack()
        self.processes = [self._start() for _ in range(count)]
        self.wait()

    def wait(self) -> None:
        """Until each of them takes connections: the listener is in the set of descriptors that its
        event loop watches."""
        end = time.monotonic() + STARTED_WITHIN
        while not all(_watches(process.pid, self.listener.fileno()) for process in self.processes):
            if time.monotonic() > end or any(
                process.poll() is not None for process in self.processes
            ):
                raise RuntimeError(f"{self.module} did not start within {STARTED_WITHIN:.0f} s")
            time.sleep(0.05)

    def _start(self) -> subprocess.Popen[str]:
        descriptor = self.listener.fileno()
        return self.stack.enter_context(
            python("-m", *self.module.split(), str(descriptor), descriptor=descriptor)
        )

    def restart(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
        self.processes = [self._start() for _ in self.processes]

    def __enter__(self) -> Webs:
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()
        self.listener.close()

    @property
    def cpu(self) -> float:
        """Seconds of processor time that they have used."""
        return sum(_stat(process.pid)[0] for process in self.processes)

    @property
    def memory(self) -> int:
        """Bytes of resident memory."""
        return sum(_stat(process.pid)[1] for process in self.processes)

    def number(self, name: str) -> float:
        """What /metrics says, of one process."""
        with urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=30) as answer:
            lines = answer.read().decode().splitlines()
        return float(next(line for line in lines if line.startswith(f"{name} ")).rpartition(" ")[2])


def _watches(pid: int, descriptor: int) -> bool:
    watched = re.compile(rf"^tfd:\s*{descriptor}\s", re.MULTILINE)
    try:
        return any(
            watched.search(info.read_text()) for info in Path(f"/proc/{pid}/fdinfo").iterdir()
        )
    except OSError:  # a descriptor was closed while we looked
        return False


def _stat(pid: int) -> tuple[float, int]:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICK, int(
        fields[21]
    ) * resource.getpagesize()


class Crowd:
    def __init__(self, process: subprocess.Popen[str], cookies: Sequence[str]) -> None:
        self.process = process
        self._say(json.dumps(cookies))
        self.connected_in = self._read()["ready"]

    def _read(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def _say(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def report(self) -> list[tuple[int, float]]:
        """Every frame since the last report: (number, moment)."""
        self._say("report")
        return [(seq, moment) for seq, moment in self._read()]

    def again(self) -> int:
        """Let those who lost their line come back; how many they were."""
        self._say("again")
        return int(self._read()["again"])


@contextmanager
def crowd(
    port: int, count: int, path: str, stalled: int = 0, cookies: Sequence[str] = ()
) -> Iterator[Crowd]:
    with python(
        "-m", "tests.bench.crowd", str(port), str(count), path, str(stalled), pipes=True
    ) as process:
        yield Crowd(process, cookies)


def yardstick() -> None:
    """A piece of plain Python that is always the same work: measured in it, a cost means the same
    on any machine and at any hour."""
    found: dict[int, str] = {}
    for number in range(30_000):
        found[number % 977] = f"{number}"


def milliseconds(work: Callable[[], object]) -> float:
    """Of this thread's processor time."""
    began = time.thread_time()
    work()
    return (time.thread_time() - began) * 1000


def share() -> float:
    """How much of a core we get now: processor time of some yardsticks ÷ their wall-clock time.

    1: the machine is ours.
    """
    began = time.perf_counter()
    spent = sum(milliseconds(yardstick) for _ in range(20))
    return min(1.0, spent / 1000 / (time.perf_counter() - began))


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def machine() -> str:
    model = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "?",
    )
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} × {model}, Python {platform.python_version()}, "
        f"{time.strftime('%Y-%m-%d')}, load {load:.1f} before the first run"
    )
