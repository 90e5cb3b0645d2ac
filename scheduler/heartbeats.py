"""How worker, sender, solver and beat say that they are at work; the relay does it in its own
loop."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from celery import bootsteps
from celery.beat import PersistentScheduler
from celery.worker import state

from backend.common.heartbeat import EVERY, Heart

NOT_TAKEN = 20.0  # seconds that a task may lie before an idle child: longer, and the child hangs


def role_of(name: str) -> str:
    """ "solver" of "solver@host" and of "celery@solver-2", which is how Celery says "solver-2"."""
    first, _, second = name.partition("@")
    return (second if first == "celery" else first).split("-")[0]


class Entry(Protocol):
    """What is on a worker's timer."""

    def cancel(self) -> None: ...


class Timer(Protocol):
    def call_repeatedly(self, seconds: float, call: Callable[[], None], /) -> Entry: ...


class Worker(Protocol):
    """What a step of Celery's start sees of the worker."""

    hostname: str
    timer: Timer


class WorkerHeartbeat(bootsteps.StartStopStep):  # type: ignore[misc]  # celery has no types
    """Ticks on the worker's own event loop, and only while its child takes what it is given."""

    requires = {"celery.worker.components:Timer", "celery.worker.components:Pool"}

    def __init__(self, worker: Worker, **_: object) -> None:
        self.heart = Heart(role_of(worker.hostname), worker.hostname)
        self.lying_since: float | None = None
        self.timer: Entry | None = None

    def start(self, worker: Worker) -> None:
        self.heart.start()
        self.timer = worker.timer.call_repeatedly(EVERY, self.look)

    def stop(self, worker: Worker) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
            self.heart.stop()

    def look(self) -> None:
        """A task that is being worked on ends by its own limits; one that nobody begins would lie
        for ever."""
        if state.active_requests or not state.reserved_requests:
            self.lying_since = None
        elif self.lying_since is None:
            self.lying_since = time.monotonic()
        if self.lying_since is None or time.monotonic() - self.lying_since < NOT_TAKEN:
            self.heart.tick()


class Clock(PersistentScheduler):  # type: ignore[misc]  # celery has no types
    """Celery's own, with a heartbeat at each turn."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.heart: Heart | None = None
        self.max_interval: float = EVERY

    def tick(self, *args: object, **kwargs: object) -> float:
        if self.heart is None:
            self.heart = Heart("beat")
            self.heart.start()
        self.heart.tick()
        return super().tick(*args, **kwargs)

    def close(self) -> None:
        super().close()
        if self.heart is not None:
            self.heart.stop()
            self.heart = None
