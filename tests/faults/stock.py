"""The same blows against parts off the shelf: Channels' group_send where we have events, Celery's
redelivery where we have leases.

Fifty changes of fifty sessions, told to a hundred open pages; Valkey and the web process are killed
meanwhile. A page knows everything when it has heard of all fifty.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from django.db import transaction
from django.test.utils import override_settings

from backend.common.clock import now
from backend.outbox.kinds import SessionChanged
from backend.outbox.queries import newest
from backend.outbox.record import record
from tests.bench.rig import ROOT, Webs
from tests.factories import make_programme, make_session
from tests.faults.blows import kill
from tests.faults.cast import Cast, clear_away, moment
from tests.faults.listeners import Listener, listeners
from tests.faults.stand import Silent, Stand, until
from tests.scheduler.processes import Valkey

PAGES, CHANGES, APART = 100, 50, 0.15
BLOWS = (12, 30)  # before these changes Valkey, then the web process dies
SETTLES = 20.0  # seconds after the last change
PATIENCE = 56.0  # seconds for a task whose worker was killed


@dataclass(frozen=True)
class Told:
    """`complete`: pages that heard of every change, or were told to read everything anew; `missed`:
    the most that one did not hear of."""

    what: str
    pages: int
    complete: int
    missed: int


def ours(stand: Stand, cast: Cast) -> Told:
    with stand.data():
        rota = cast.new_rota()
        programme = make_programme(code="stand", name="值班")
        starts = [moment(rota, n % 7, 8 + n // 7) for n in range(CHANGES)]
        streams = [
            f"session.{make_session(rota=rota, programme=programme, starts_at=one).pk}"
            for one in starts
        ]
        position = newest()

    def change(stream: str) -> None:
        with stand.data(), transaction.atomic():
            record(SessionChanged(rota=1, session=7), streams=[stream], now=now(), actor=None)

    with listeners(PAGES, stand.port, streams, position) as people:
        told = _told(
            "ours",
            people,
            streams,
            change,
            [lambda: kill(stand, "Valkey"), lambda: kill(stand, "web")],
        )
    with stand.data():
        clear_away(rota)
    return told


def group_send() -> Told:
    """Channels as its documentation has it. A send that fails is lost: nobody keeps it."""
    with tempfile.TemporaryDirectory(prefix="moli-stock-") as folder:
        bell = Valkey(Path(folder))
        bell.start()
        try:
            with (
                patch.dict(os.environ, REDIS_URL=bell.url),
                override_settings(REDIS_URL=bell.url),
                Webs("tests.bench.group_send", 1) as webs,
            ):
                from tests.bench.group_send import Sender

                sender, streams = Sender(), [f"session.{n + 1}" for n in range(CHANGES)]

                def change(stream: str) -> None:
                    try:
                        sender.tell(1, stream)
                    except Exception:
                        pass  # Redis is away, and the message with it

                def restart_valkey() -> None:
                    bell.kill()
                    time.sleep(0.7)  # as long as our launcher waits
                    bell.start()

                try:
                    with listeners(PAGES, webs.port, streams, 0) as people:
                        return _told(
                            "Channels, group_send",
                            people,
                            streams,
                            change,
                            [restart_valkey, webs.restart],
                        )
                finally:
                    sender.loop.close()  # its layer says farewell there, and nowhere else
        finally:
            bell.kill()


def _told(
    what: str,
    people: list[Listener],
    streams: list[str],
    change: Callable[[str], None],
    blows: list[Callable[[], object]],
) -> Told:
    until(lambda: all(one.greeted for one in people), 60, "a hundred open pages")
    for number, stream in enumerate(streams):
        if number in BLOWS:
            blows[BLOWS.index(number)]()
        change(stream)
        time.sleep(APART)
    wanted = set(streams)
    try:
        until(
            lambda: all(one.resyncs or one.heard >= wanted for one in people),
            SETTLES,
            "word of everything",
        )
    except Silent:
        pass  # the table says how many
    missed = [0 if one.resyncs else len(wanted - one.heard) for one in people]
    return Told(what, len(people), missed.count(0), max(missed))


@dataclass(frozen=True)
class Redelivered:
    """`after`: seconds until the task of a killed worker had begun again, None when it had not in
    PATIENCE."""

    after: float | None


def celery() -> Redelivered:
    """acks_late and reject_on_worker_lost, everything else as it comes: worker and child are killed
    in the middle of a task."""
    with tempfile.TemporaryDirectory(prefix="moli-stock-") as folder:
        bell = Valkey(Path(folder))
        bell.start()
        first = second = None
        try:
            first = _worker(bell)
            subprocess.run(
                [sys.executable, "-m", "tests.faults.stock_task"],
                env=_environment(bell),
                cwd=ROOT,
                check=True,
            )
            until(lambda: _begun(bell) == 1, 60, "the task's begin")
            killed = time.monotonic()
            os.killpg(first.pid, signal.SIGKILL)
            second = _worker(bell)
            until(lambda: _begun(bell) == 2, PATIENCE, "the task's second begin")
            return Redelivered(time.monotonic() - killed)
        except Silent as silent:
            if "second" not in str(silent):
                raise
            return Redelivered(None)
        finally:
            for worker in filter(None, (first, second)):
                if worker.poll() is None:
                    os.killpg(worker.pid, signal.SIGKILL)
                worker.wait()
            bell.kill()


def _environment(bell: Valkey) -> dict[str, str]:
    return {**os.environ, "STOCK_SOCKET": str(bell.socket)}


def _worker(bell: Valkey) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "tests.faults.stock_task",
        "worker",
        "--concurrency",
        "1",
        "--loglevel",
        "error",
    ]
    return subprocess.Popen(
        command,
        env=_environment(bell),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _begun(bell: Valkey) -> int:
    return int(bell.client().get("begun") or 0)  # type: ignore[arg-type]
