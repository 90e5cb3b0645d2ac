"""Fan-out, a stalled phone, a steady stream and a reconnect storm: our hub beside its controls, in
the same minutes.

Everything runs on this machine over loopback, the crowd included, so absolute figures are upper
bounds and the ratios are what counts.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction

from backend.accounts.models import User
from backend.common.clock import now
from backend.outbox import doorbell
from backend.outbox.kinds import SessionChanged
from backend.outbox.models import Event
from backend.outbox.queries import newest
from backend.outbox.record import record
from tests.bench.rig import Crowd, Webs, crowd, percentile, python, share

EVENTS = 15
OURS, CONTROL, NAIVE, COUNTED = (
    "backend.launcher.web",
    "tests.bench.group_send",
    "tests.bench.naive_hub",
    "tests.bench.counted",
)


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
    mib_empty: float  # of one web process that serves nobody
    mib_full: float


def happen(stream: str) -> float:
    """Commit one event; the moment just before the commit."""
    with transaction.atomic():
        record(SessionChanged(rota=1, session=0), streams=[stream], now=now(), actor=None)
        return time.monotonic()


def warm_up(webs: Webs, stream: str, processes: int) -> None:
    """Until every process has served somebody, so that what Python loads once is not counted to the
    crowd."""
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
                last.append(
                    (max((moment for _, moment in frames), default=began + 8) - began) * 1000
                )
            micros = (webs.cpu - cpu) * 1e6 / max(1, delivered)
            each = (full - empty) / 1024 / sockets
            return FanOut(
                "group_send" if control else "hub",
                sockets,
                processes,
                median(last),
                max(last),
                micros,
                each,
                sockets / people.connected_in,
                delivered / sockets / EVENTS,
                empty / 2**20 / processes,
                full / 2**20 / processes,
            )


@dataclass(frozen=True)
class Steady:
    """Milliseconds from each commit to each socket."""

    sockets: int
    writes: int
    median: float
    p99: float


def delays(people: Crowd, stream: str, rate: int, seconds: float) -> tuple[list[float], int]:
    """Milliseconds from each commit to each frame, at `rate` commits a second, and how many were
    told of the last commit.

    A frame answers for the last of the commits that it tells of.
    """
    people.report()
    first, moments, began = newest(), [], time.monotonic()
    for number in range(round(rate * seconds)):
        moments.append(happen(stream))
        time.sleep(max(0.0, began + (number + 1) / rate - time.monotonic()))
    time.sleep(1.5)
    frames = [(seq, moment) for seq, moment in people.report() if seq > first]
    return [(moment - moments[seq - first - 1]) * 1000 for seq, moment in frames], sum(
        seq == first + len(moments) for seq, _ in frames
    )


def steady(stream: str, sockets: int, rate: int, seconds: float) -> Steady:
    with Webs(OURS, 1) as webs, python("-m", "scheduler.relay"):
        warm_up(webs, stream, 1)
        with crowd(webs.port, sockets, f"/live/?streams={stream}") as people:
            time.sleep(1)
            found, _ = delays(people, stream, rate, seconds)
            return Steady(sockets, round(rate * seconds), median(found), percentile(found, 0.99))


@dataclass(frozen=True)
class Stall:
    """Fifty sockets that read, in turns without and with five beside them whose lines take nothing
    more."""

    name: str
    calm: Sequence[float]  # the median of each turn, milliseconds from commit to page
    stalled: Sequence[float]
    told: float  # share of those who were told of the last commit while the others were stalled

    @property
    def ratio(self) -> float:
        """Of each two turns that were neighbours; the median of that."""
        return (
            median(there / here for here, there in zip(self.calm, self.stalled, strict=True))
            if self.stalled
            else float("inf")
        )


READERS, STALLED, PER_TURN, RATE = 50, 5, 60, 20


def stall(stream: str, other: str, turns: int, naive: bool = False) -> Stall:
    """`other` is a stream that only the stalled ones listen to: it fills their lines."""
    found: dict[bool, list[float]] = {False: [], True: []}
    told = 0
    with Webs(NAIVE if naive else OURS, 1) as webs, python("-m", "scheduler.relay"):
        warm_up(webs, stream, 1)
        with crowd(webs.port, READERS, f"/live/?streams={stream}") as people:
            for turn in range(2 * turns):
                beside = turn % 4 in (
                    1,
                    2,
                )  # without, with, with, without: what drifts meanwhile is nobody's
                with (
                    crowd(webs.port, STALLED, f"/live/?streams={stream},{other}", STALLED)
                    if beside
                    else nullcontext()
                ):
                    if beside:
                        fill(other)
                        assert naive or webs.number("moli_sockets_lagging") == STALLED, (
                            "their lines are not full"
                        )
                    times, knew = delays(people, stream, RATE, PER_TURN / RATE)
                    found[beside] += [median(times)] if times else []
                    told += knew if beside else 0
                time.sleep(1)
    return Stall("naive" if naive else "hub", found[False], found[True], told / (READERS * turns))


def fill(stream: str) -> None:
    """7 MB into lines that nobody reads, more than the system buffers for one."""
    tick = json.dumps({"stream": stream, "data": {"large": "x" * 60_000}})
    for _ in range(120):
        doorbell.tell("ticks", tick)
    time.sleep(2)


@dataclass(frozen=True)
class Storm:
    """`seconds` from the start of the new process until everybody had been told; `ready` of them
    until it knew the past."""

    sockets: int
    missed: int
    seconds: float
    ready: float
    catch_up: int  # statements that read what was missed
    door: int  # statements that say who they are and what they may hear
    looks: int  # at the table for something new, once a second
    cpu_micros: float  # of the new process, for each socket, its start not counted
    caught_up: float
    share: float


def storm(stream: str, cookies: Sequence[str], missed: int = 50) -> Storm:
    """kill -9 of the web process with everybody on it, each signed in; `missed` events happen; all
    return to a new process."""
    sockets = len(cookies)
    with tempfile.TemporaryDirectory() as folder:
        counted = Path(folder) / "counted.json"
        os.environ["COUNTED"] = str(counted)
        with Webs(COUNTED, 1) as webs, python("-m", "scheduler.relay"):
            warm_up(webs, stream, 1)
            with crowd(webs.port, sockets, f"/live/?streams={stream}", cookies=cookies) as people:
                happen(stream)
                settled(people, sockets, 20)
                for process in webs.processes:
                    process.kill()
                for _ in range(missed):
                    happen(stream)
                while Event.objects.filter(seq__isnull=True).exists():
                    time.sleep(0.05)
                target, available = newest(), share()
                began = time.monotonic()
                webs.restart()
                people.again()
                frames = settled(people, sockets, 30)
                told = [moment for seq, moment in frames if seq >= target]
                facts, cpu = json.loads(counted.read_text()), webs.cpu
                return Storm(
                    sockets,
                    missed,
                    max(told, default=began + 99) - began,
                    facts["ready"] - began,
                    facts["past"],
                    facts["decide"],
                    facts.get("after", 0),
                    (cpu - facts["cpu"]) / sockets * 1e6,
                    len(told) / sockets,
                    available,
                )


def signed_in(count: int) -> list[str]:
    """The cookies of so many people, each of her own."""
    users = User.objects.bulk_create(User(username=f"storm{n}", password="!") for n in range(count))
    store, rows = SessionStore(), []
    for user in users:
        data = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        rows.append(
            Session(
                session_key=f"storm{user.pk:027}",
                session_data=store.encode(data),
                expire_date=now() + timedelta(days=1),
            )
        )
    Session.objects.bulk_create(rows)
    return [f"{settings.SESSION_COOKIE_NAME}={row.session_key}" for row in rows]
