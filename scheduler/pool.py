"""A search's pool whose workers are the other solvers: each task is a Celery task on the queue
"solve".

The packed task waits in Redis, a worker marks it as taken and renews the mark while it works, the
answer comes back the same way. A mark that goes out (the worker was killed, its machine is gone)
puts the task into the queue again: losing a worker costs that part's time, not the plan. Nothing
here is the truth: if Redis loses everything, the run's lease runs out and it is begun again.
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
EXPIRES = 3600  # seconds after which a forgotten task goes by itself
MARK = 4.0  # seconds a worker's mark lasts; renewed three times within
WAITED_FOR = 0.25  # seconds between two looks whether anybody still waits for an answer
LOOK = 0.02  # seconds between two looks at an answer
SendTask = Callable[[str], object]


def store() -> redis.Redis:
    """Packed tasks are megabytes, so this client is more patient than the doorbell's."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=20, socket_connect_timeout=5)


def key(part: str, what: str) -> str:
    return f"{settings.REDIS_PREFIX}:part:{part}:{what}"


class RemoteJob:
    """One part under way; `wait` as in matching.solvers.pool.Job."""

    def __init__(self, pool: RemotePool, part: str) -> None:
        self._pool = pool
        self.part = part
        self._taken = 0.0
        self._packed: bytes | None = None

    def wait(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while self._packed is None and not self._look():
            if time.monotonic() >= until:
                return False
            time.sleep(min(LOOK, max(0.0, until - time.monotonic())))
        return True

    @property
    def answer(self) -> object:
        """Raises TaskFailed with the worker's words."""
        from matching import unpack

        assert self._packed is not None
        answer = unpack(self._packed)
        assert isinstance(answer, list)
        fine, words = answer
        if not fine:
            raise TaskFailed(words)
        return words

    def _look(self) -> bool:
        found, taken = self._pool.redis.mget(key(self.part, "out"), key(self.part, "taken"))
        if found is not None:
            self._packed = found  # type: ignore[assignment]  # this store answers in bytes
            self._pool.finished(self)
            return True
        if taken is not None:
            self._taken = time.monotonic()
        elif self._taken and time.monotonic() - self._taken > MARK:
            log.warning("part %s was lost with its worker; asking again", self.part)
            self._taken = 0.0
            self._pool.send(self.part)
        return False


class RemotePool:
    """As matching.solvers.pool.WorkerPool.

    `size` tasks are under way at once; `send` puts a part's task into the queue.
    """

    def __init__(self, size: int, send: SendTask) -> None:
        self.size = size
        self.send = send
        self.redis = store()
        self._jobs: dict[str, RemoteJob] = {}

    def start(self, name: str, *arguments: object) -> RemoteJob:
        from matching import pack

        if not self.free():
            raise RuntimeError("every worker is busy")
        part = uuid.uuid4().hex
        self.redis.set(key(part, "in"), pack([name, *arguments]), ex=EXPIRES)
        job = self._jobs[part] = RemoteJob(self, part)
        self.send(part)
        return job

    def free(self) -> int:
        return self.size - len(self._jobs)

    def finished(self, job: RemoteJob) -> None:
        self._jobs.pop(job.part, None)
        self.redis.delete(key(job.part, "in"), key(job.part, "out"), key(job.part, "taken"))

    def drop(self) -> None:
        """Forget what runs: a part whose task is gone is put down by its worker before it begins,
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

    at = store()
    packed = at.get(key(part, "in"))
    if packed is None or not at.set(key(part, "taken"), b"1", nx=True, px=int(MARK * 1000)):
        return
    over = threading.Event()
    threading.Thread(target=_renew_mark, args=(at, part, over), daemon=True).start()
    try:
        found = _solved(at, part, packed)  # type: ignore[arg-type]  # this store answers in bytes
        answer = pack([True, found])
    except Exception as error:
        log.exception("part %s failed", part)
        answer = pack([False, f"{type(error).__name__}: {error}"])
    finally:
        over.set()
    if at.exists(key(part, "in")):
        at.set(key(part, "out"), answer, ex=EXPIRES)


def _solved(at: redis.Redis, part: str, packed: bytes) -> object:
    """The answer, or None once nobody waits for it."""
    from matching import unpack

    task = unpack(packed)
    assert isinstance(task, list)
    name, *arguments = task
    child = own_child()
    job = child.start(name, *arguments)
    while not job.wait(WAITED_FOR):
        if not at.exists(key(part, "in")):
            child.drop()
            return None
    return job.answer


def _renew_mark(at: redis.Redis, part: str, over: threading.Event) -> None:
    while not over.wait(MARK / 3):
        try:
            at.set(key(part, "taken"), b"1", px=int(MARK * 1000))
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
    return sum(_solves(of) and not running.get(name) for name, of in queues.items())


def _solves(queues: list[dict[str, Any]]) -> bool:
    return any(queue["name"] == "solve" for queue in queues)


def send_part(part: str) -> None:
    from scheduler.app import app

    app.send_task("scheduler.tasks.solving.solve_part", [part])
