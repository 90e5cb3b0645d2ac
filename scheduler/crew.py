"""A search's crew whose hands are the other solver workers: each task is a Celery task on the queue
"solve".

The parcel waits in Redis, a worker marks it as held and renews the mark while it works, the answer
comes back the same way. A mark that goes out (the worker was killed, its machine is gone) puts the
parcel into the queue again: losing a worker costs that part's time, not the plan. Nothing here is
the truth: if Redis loses everything, the run's lease runs out and it is begun again.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from functools import cache
from typing import Any, Self

import redis
from django.conf import settings

from matching import TaskFailed, WorkerPool
from scheduler.priority import gently

log = logging.getLogger(__name__)
KEPT = 3600  # seconds after which a forgotten parcel goes by itself
HELD = 4.0  # seconds a worker's mark lasts; renewed three times within
WAITED_FOR = 0.25  # seconds between two looks whether anybody still waits for an answer
LOOK = 0.02  # seconds between two looks at an answer
SendTask = Callable[[str], Any]


def store() -> redis.Redis:
    """Parcels are megabytes, so this client is more patient than the doorbell's."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=20, socket_connect_timeout=5)


def key(part: str, what: str) -> str:
    return f"{settings.REDIS_PREFIX}:part:{part}:{what}"


class RemoteJob:
    """One part under way; `wait` as in matching.solvers.pool.Job."""

    def __init__(self, crew: RemoteCrew, part: str) -> None:
        self._crew = crew
        self.part = part
        self._taken = 0.0
        self._parcel: bytes | None = None

    def wait(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while self._parcel is None and not self._look():
            if time.monotonic() >= until:
                return False
            time.sleep(min(LOOK, max(0.0, until - time.monotonic())))
        return True

    @property
    def answer(self) -> Any:
        """Raises TaskFailed with the worker's words."""
        from matching import unpack

        assert self._parcel is not None
        fine, words = unpack(self._parcel)
        if not fine:
            raise TaskFailed(words)
        return words

    def _look(self) -> bool:
        found, held = self._crew.redis.mget(key(self.part, "out"), key(self.part, "held"))
        if found is not None:
            self._parcel = found  # type: ignore[assignment]  # this store answers in bytes
            self._crew.finished(self)
            return True
        if held is not None:
            self._taken = time.monotonic()
        elif self._taken and time.monotonic() - self._taken > HELD:
            log.warning("part %s was lost with its worker; asking again", self.part)
            self._taken = 0.0
            self._crew.send(self.part)
        return False


class RemoteCrew:
    """As matching.solvers.pool.WorkerPool.

    `size` tasks are under way at once; `send` puts a part's task into the queue.
    """

    def __init__(self, size: int, send: SendTask) -> None:
        self.size = size
        self.send = send
        self.redis = store()
        self._jobs: dict[str, RemoteJob] = {}

    def start(self, name: str, *arguments: Any) -> RemoteJob:
        from matching import pack

        if not self.free():
            raise RuntimeError("every worker is busy")
        part = uuid.uuid4().hex
        self.redis.set(key(part, "in"), pack([name, *arguments]), ex=KEPT)
        job = self._jobs[part] = RemoteJob(self, part)
        self.send(part)
        return job

    def free(self) -> int:
        return self.size - len(self._jobs)

    def finished(self, job: RemoteJob) -> None:
        self._jobs.pop(job.part, None)
        self.redis.delete(key(job.part, "in"), key(job.part, "out"), key(job.part, "held"))

    def drop(self) -> None:
        """Forget what runs: a part whose parcel is gone is put down by its worker before it begins,
        or thrown away after."""
        for job in list(self._jobs.values()):
            self.finished(job)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.drop()


@cache
def own_child() -> WorkerPool:
    """This worker's child process that solves, kept from part to part; it ends with its parent."""
    return gently().submit(WorkerPool, 1).result()


def work_on(part: str) -> None:
    """Do one part, on the worker's side.

    A part that nobody waits for any more, or that another worker holds, is left alone; one that is
    given up while it is under way is dropped, however long it would have taken.
    """
    from matching import pack

    kept = store()
    parcel = kept.get(key(part, "in"))
    if parcel is None or not kept.set(key(part, "held"), b"1", nx=True, px=int(HELD * 1000)):
        return
    over = threading.Event()
    threading.Thread(target=_hold, args=(kept, part, over), daemon=True).start()
    try:
        found = _solved(kept, part, parcel)  # type: ignore[arg-type]  # this store answers in bytes
        answer = pack([True, found])
    except Exception as error:
        log.exception("part %s failed", part)
        answer = pack([False, f"{type(error).__name__}: {error}"])
    finally:
        over.set()
    if kept.exists(key(part, "in")):
        kept.set(key(part, "out"), answer, ex=KEPT)


def _solved(kept: redis.Redis, part: str, parcel: bytes) -> Any:
    """The answer, or None once nobody waits for it."""
    from matching import unpack

    name, *arguments = unpack(parcel)
    child = own_child()
    job = child.start(name, *arguments)
    while not job.wait(WAITED_FOR):
        if not kept.exists(key(part, "in")):
            child.drop()
            return None
    return job.answer


def _hold(kept: redis.Redis, part: str, over: threading.Event) -> None:
    while not over.wait(HELD / 3):
        try:
            kept.set(key(part, "held"), b"1", px=int(HELD * 1000))
        except redis.RedisError as error:
            log.warning("part %s: its mark could not be renewed: %s", part, error)


def idle_solvers() -> int:
    """Workers of the queue "solve" that run nothing now, our own not counted.

    Asks them all; takes a second at the most.
    """
    from scheduler.app import app

    asked = app.control.inspect(timeout=1)
    queues = asked.active_queues() or {}
    running = asked.active() or {}
    return sum(
        any(q["name"] == "solve" for q in of) and not running.get(name)
        for name, of in queues.items()
    )


def send_part(part: str) -> None:
    from scheduler.app import app

    app.send_task("scheduler.tasks.solving.solve_part", [part])
