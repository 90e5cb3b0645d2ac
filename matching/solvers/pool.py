"""A few child processes that solve while the caller's thread stays free to report and to stop.

HiGHS cannot be interrupted from outside, so what must stop at once is killed. Children are plain
`subprocess` children, which may be started from anywhere, a Celery worker included.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Protocol, Self

from matching.solvers.frames import read_frame

PROGRAM = "matching.solvers.worker"
GONE = (False, "the child process ended without an answer")


class TaskFailed(RuntimeError):
    """A task raised in its child, or the child died; the text is its traceback."""


class Job(Protocol):
    """One task under way."""

    def wait(self, seconds: float) -> bool:
        """True once the answer is there; waits at most so long."""
        ...

    @property
    def answer(self) -> object:
        """The task's answer, after `wait` was true; raises TaskFailed if it failed."""
        ...


class SolverPool(Protocol):
    """Whoever solves for a search: child processes, or other machines."""

    @property
    def size(self) -> int:
        """How many tasks can run at once."""
        ...

    def start(self, name: str, *arguments: object) -> Job:
        """Run the task of that name with these arguments; RuntimeError if nobody is free."""
        ...

    def free(self) -> int:
        """How many further tasks could start now."""
        ...

    def drop(self) -> None:
        """Give up what runs."""
        ...


class ChildJob:
    """A task that a child process works on."""

    def __init__(self) -> None:
        self._answers: queue.SimpleQueue[tuple[bool, object]] = queue.SimpleQueue()
        self._answer: tuple[bool, object] | None = None

    def wait(self, seconds: float) -> bool:
        """True once the answer is there; waits at most so long."""
        if self._answer is None:
            try:
                self._answer = self._answers.get(timeout=seconds)
            except queue.Empty:
                return False
        return True

    @property
    def answer(self) -> object:
        """The task's answer, after `wait` was true; raises TaskFailed if it failed."""
        assert self._answer is not None
        fine, value = self._answer
        if not fine:
            raise TaskFailed(value)
        return value


class _Worker:
    """One child process; started early so that it has its solver loaded when the first task
    comes.

    Once its answers cannot be read any more it is `gone`, whatever the process does: whoever went
    on asking it would wait for ever.
    """

    def __init__(self) -> None:
        root = str(Path(__file__).resolve().parents[2])
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self.job: ChildJob | None = None
        self.gone = False
        self._lock = threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()

    def start(self, name: str, arguments: tuple[object, ...]) -> ChildJob:
        """Send a task to the child; one that is gone answers at once that it is."""
        message = pickle.dumps((name, arguments), pickle.HIGHEST_PROTOCOL)
        job = ChildJob()
        with self._lock:
            if self.gone:
                job._answers.put(GONE)
                return job
            self.job = job
        threading.Thread(target=self._send, args=(message,), daemon=True).start()
        return job

    def _send(self, message: bytes) -> None:
        try:
            assert self.process.stdin
            self.process.stdin.write(message)
            self.process.stdin.flush()
        except OSError:
            self.process.kill()  # the reader sees its end and answers

    def _read(self) -> None:
        assert self.process.stdout
        answer: tuple[bool, object] | None = None
        while answer is not GONE:
            try:
                answer = _as_answer(read_frame(self.process.stdout))
            except Exception:  # the end, or an answer that cannot be read, which fails in many ways
                answer = GONE
                self.process.kill()
            with self._lock:
                self.gone = answer is GONE
                job = self.job
                self.job = None
            if job:
                job._answers.put(answer)
        self.process.stdout.close()

    def kill(self) -> None:
        self.process.kill()  # the reader sees the end of the pipe and closes it
        self.process.wait()


def _as_answer(read: object) -> tuple[bool, object]:
    """What a child has written, if it is an answer at all; ValueError otherwise."""
    if isinstance(read, tuple) and len(read) == 2 and isinstance(read[0], bool):
        return read
    raise ValueError(f"{type(read).__name__} is no answer")


class WorkerPool:
    """`size` child processes; `start` hands a task to a free one.

    Use as a context manager: nothing outlives it.
    """

    def __init__(self, size: int) -> None:
        self._workers = [_Worker() for _ in range(max(1, size))]

    @property
    def size(self) -> int:
        """How many tasks can run at once."""
        return len(self._workers)

    def start(self, name: str, *arguments: object) -> ChildJob:
        """Run `the task of that name with these arguments` in a free child; RuntimeError if none is
        free."""
        for k, worker in enumerate(self._workers):
            if worker.job is None:
                if worker.gone or worker.process.poll() is not None:
                    worker.kill()
                    self._workers[k] = worker = _Worker()
                return worker.start(name, arguments)
        raise RuntimeError("every child is busy")

    def free(self) -> int:
        """How many children have nothing to do."""
        return sum(worker.job is None for worker in self._workers)

    def drop(self) -> None:
        """Kill what runs and start afresh with idle children."""
        for k, worker in enumerate(self._workers):
            if worker.job is not None:
                worker.kill()
                self._workers[k] = _Worker()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.kill()
