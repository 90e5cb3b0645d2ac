"""Fan-out, a stalled phone, a steady stream and a reconnect storm: our hub beside Channels' group_send, in the same minutes.

Everything runs on this machine over loopback, the crowd included, so absolute figures are upper bounds and the ratios are what counts.
"""
from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median

from django.db import connection, transaction

from backend.common.clock import now
from backend.outbox.queries import newest
from backend.outbox.record import record
from tests.bench.rig import Crowd, Webs, crowd, percentile, python

EVENTS = 15
OURS, CONTROL = "backend.launcher.web", "tests.bench.group_send"


@dataclass(frozen=True)
class FanOut:
    """`last`: milliseconds from the commit (control: from the send) to the last of all sockets."""

    name: str
    sockets: int
    processes: int
    last_median: float
    last_worst: float
    cpu_micros: float  # of the web processes, per delivered frame
    kib_each: float
    connects_a_second: float
    delivered: float  # share of all frames


def happen(stream: str) -> float:
    """Commit one event; the moment just before the commit."""
    with transaction.atomic():
        record("session_changed", streams=[stream], now=now())
        return time.monotonic()


def warm_up(webs: Webs, stream: str, processes: int) -> None:
    """Until every process has served somebody, so that what Python loads once is not counted to the crowd."""
    with crowd(webs.port, 50 * processes, f"/live/?streams={stream}"):
        time.sleep(1)
    time.sleep(1)


def settled(people: Crowd, expected: int, seconds: float) -> list[tuple[int, float]]:
    """Frames until all have come, or the time is up."""
    frames: list[tuple[int, float]] = []
    until = time.monotonic() + seconds
    while len(frames) < expected and time.monotonic() < until:
        time.sleep(0.3)
        frames += people.report()
    return frames


def fan_out(stream: str, sockets: int, processes: int, control: bool = False) -> FanOut:
    from tests.bench.group_send import Sender

    with Webs(CONTROL if control else OURS, processes) as webs, python("-m", "scheduler.relay"):
        warm_up(webs, stream, processes)
        empty = webs.memory
        sender = Sender() if control else None
        with crowd(webs.port, sockets, f"/live/?streams={stream}") as people:
            time.sleep(1)
            full, cpu = webs.memory, webs.cpu
            last, delivered = [], 0
            for number in range(1, EVENTS + 1):
                if sender:
                    began = time.monotonic()
                    sender.tell(number)
                else:
                    began = happen(stream)
                frames = settled(people, sockets, 8)
                delivered += len(frames)
                last.append((max((moment for _, moment in frames), default=began + 8) - began) * 1000)
            micros = (webs.cpu - cpu) * 1e6 / max(1, delivered)
            each = (full - empty) / 1024 / sockets
            return FanOut(
                "group_send" if control else "hub", sockets, processes, median(last), max(last), micros, each,
                sockets / people.connected_in, delivered / sockets / EVENTS,
            )  # fmt: skip


@dataclass(frozen=True)
class Steady:
    sockets: int
    stalled: int
    writes: int
    median: float
    p99: float


def steady(stream: str, sockets: int, rate: int, seconds: float, stalled: int = 0) -> Steady:
    """Milliseconds from each commit to each socket, at `rate` commits a second; the stalled ones are not asked."""
    with Webs(OURS, 1) as webs, python("-m", "scheduler.relay"):
        warm_up(webs, stream, 1)
        with crowd(webs.port, sockets + stalled, f"/live/?streams={stream}", stalled) as people:
            time.sleep(1)
            first, moments = newest(), []
            began = time.monotonic()
            for number in range(int(rate * seconds)):
                moments.append(happen(stream))
                time.sleep(max(0.0, began + (number + 1) / rate - time.monotonic()))
            time.sleep(2)
            delays = []
            by_line: list[tuple[int, float]] = sorted(people.report())
            for seq, moment in by_line:  # a frame tells of all commits up to `seq`; it answers for the last of them
                delays.append((moment - moments[seq - first - 1]) * 1000)
            return Steady(sockets, stalled, len(moments), median(delays), percentile(delays, 0.99))


@dataclass(frozen=True)
class Storm:
    sockets: int
    missed: int
    seconds: float
    statements: int
    caught_up: float


def storm(stream: str, sockets: int, missed: int = 50) -> Storm:
    """kill -9 of the web process with everybody on it; `missed` events happen; seconds until all know of them again."""
    with Webs(OURS, 1) as webs, python("-m", "scheduler.relay"):
        warm_up(webs, stream, 1)
        with crowd(webs.port, sockets, f"/live/?streams={stream}") as people:
            happen(stream)
            settled(people, sockets, 8)
            for process in webs.processes:
                process.kill()
            for _ in range(missed):
                happen(stream)
            while connection_value("SELECT count(*) FROM outbox_event WHERE seq IS NULL"):
                time.sleep(0.05)
            target, before = newest(), committed()
            began = time.monotonic()
            webs.restart()
            people.again()
            frames = settled(people, sockets, 20)
            told = [moment for seq, moment in frames if seq >= target]
            return Storm(sockets, missed, max(told, default=began + 99) - began, committed() - before, len(told) / sockets)


def connection_value(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def committed() -> int:
    """Transactions so far in this database, ours and the relay's included."""
    time.sleep(1.2)  # a session reports its count at most once a second
    return connection_value("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
