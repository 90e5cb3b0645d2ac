"""`python -m scheduler.relay`: numbers committed events, pokes the web processes, hands tasks to
Celery.

One relay works, any other waits and takes over within a second. Killed anywhere it loses nothing:
numbers are given in one statement, the web processes read the table themselves when a poke is
missing, and the tasks' cursor moves only after the broker has taken them (so a task may come
twice). Without Redis it goes on numbering; tasks wait.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import time
from collections.abc import Callable, Sequence

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")

import django

django.setup()

import redis
from django.db import DatabaseError, connection

from backend.common.heartbeat import Heart
from backend.common.request_id import request_id
from backend.outbox import doorbell
from backend.outbox.operations import mark_dispatched
from backend.outbox.queries import dispatched, events_after, unnumbered
from backend.outbox.sequencer import MOST, Stamped, evict_silent_holder, sole_right, stamp
from backend.outbox.stored import Unreadable
from scheduler.subscriptions import TELL, TOLD_KINDS, tasks_of

log = logging.getLogger("moli.relay")
TICK = 0.5  # seconds between looks when no bell rings
REST = 0.01  # between two turns however often it rings, so that a rush is numbered by the batch
HELD_UP = 0.02  # when an older transaction is still open
SILENT = 5.0  # a working relay that asks nothing for so long is frozen

Arguments = dict[str, int | list[int]]  # ids of rows by the name of the parameter
SendTask = Callable[[str, Arguments, str], object]


def send_with_celery(task: str, ids: Arguments, request: str) -> None:
    from scheduler.app import app

    app.send_task(task, kwargs=ids, headers={"request": request}, retry=False)


class Relay:
    """One turn at a time; the caller holds the sole right to number."""

    def __init__(self, send_task: SendTask = send_with_celery) -> None:
        self.send_task = send_task

    def turn(self) -> int:
        """Number, poke, dispatch what is there; how many events were numbered."""
        numbered = 0
        more = True
        while more:
            if batch := stamp():
                poke(batch)
            numbered = numbered + len(batch)
            more = len(batch) == MOST
        self.dispatch()
        return numbered

    def dispatch(self) -> None:
        cursor = dispatched()
        more = True
        while more and (batch := events_after(cursor, MOST)):
            taken = self._propose(cursor, batch)
            if taken > cursor:
                mark_dispatched(seq=taken)
            # taken < the last: the broker is away, and the next turn begins where it stopped
            cursor = taken
            more = taken == batch[-1].seq and len(batch) == MOST

    def _propose(self, cursor: int, batch: Sequence[Stamped]) -> int:
        """Give the batch's tasks to the broker; the number of the last event of which it took
        all."""
        for event in batch:
            for task, arguments in _tasks_of(event):
                try:
                    self.send_task(task, arguments, event.request_id)
                except Exception as error:  # kombu lets its transport's own exceptions through
                    log.warning("event %s: the broker does not take %s: %s", event.seq, task, error)
                    return cursor
            cursor = event.seq
        self._tell(batch)
        return cursor

    def _tell(self, batch: Sequence[Stamped]) -> None:
        """Have people told of what concerns them. A broker that does not take it costs seconds: the
        clock has it done, too."""
        told = [event for event in batch if event.kind in TOLD_KINDS]
        if not told:
            return
        try:
            self.send_task(TELL, {}, told[-1].request_id)
        except Exception as error:  # as above
            log.warning("event %s: the broker does not take %s: %s", told[-1].seq, TELL, error)


def _tasks_of(event: Stamped) -> list[tuple[str, Arguments]]:
    """Its tasks. An event that does not say what they need is a mistake of ours: it is logged, and
    holds up nobody else's."""
    try:
        happened = event.read()
        return list(tasks_of(happened)) if happened else []
    except Unreadable as missing:
        log.error("event %s: %s, so its tasks are not sent", event.seq, missing)
        return []


def poke(batch: Sequence[Stamped]) -> None:
    """Tell the web processes at once. Best effort: they look for themselves every second."""
    for event in batch:
        token = request_id.set(event.request_id)
        log.debug("event %s %s", event.seq, event.kind)
        request_id.reset(token)
    told = [[event.seq, event.kind, event.streams, event.request_id] for event in batch]
    doorbell.tell("events", json.dumps(told, separators=(",", ":")))


class Bell:
    """Waits for a ring; a dead Redis makes it a plain clock."""

    def __init__(self) -> None:
        self.line: redis.client.PubSub | None = None

    def wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        try:
            if self.line is None:
                valkey = doorbell.client()
                line = valkey.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
                line.subscribe(doorbell.channel("doorbell"))
                self.line = line
            while (left := until - time.monotonic()) > 0:
                if self.line.get_message(timeout=left):
                    break
            while self.line.get_message(timeout=0):
                pass  # many rings, one look
        except redis.RedisError:
            self.line = None
            time.sleep(max(0.0, until - time.monotonic()))


def serve(stopping: Callable[[], bool], tick: Callable[[], None] = lambda: None) -> None:
    """Work while we have the right, wait for it otherwise; a lost database means asking for the
    right anew."""
    bell = Bell()
    while not stopping():
        tick()
        try:
            with sole_right() as mine:
                if mine:
                    _work(bell, stopping, tick)
                elif evict_silent_holder(SILENT):
                    log.warning(
                        "the working relay was silent for %.0f s; its session is ended", SILENT
                    )
        except DatabaseError as error:
            log.warning(
                "database away: %s",
                str(error).strip().splitlines()[0] if str(error) else type(error).__name__,
            )
            connection.close()
        if not stopping():
            time.sleep(TICK)


def _work(bell: Bell, stopping: Callable[[], bool], tick: Callable[[], None]) -> None:
    log.info("numbering events")
    relay = Relay()
    while not stopping():
        tick()
        relay.turn()
        time.sleep(REST)
        bell.wait(HELD_UP if unnumbered() else TICK)


def main() -> None:
    ended: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda got, _: ended.append(got))
    with Heart("relay") as heart:
        serve(lambda: bool(ended), heart.tick)


if __name__ == "__main__":
    main()
