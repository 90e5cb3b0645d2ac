"""Bad days that are no plain kill: a freeze, a full disk, tasks that come twice, tasks that are
lost.

Each says when it struck.
"""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection

from backend.common.clock import now
from backend.notifications.channels.file import NOW as FILE_NOW
from backend.outbox import doorbell
from backend.outbox.models import Event
from backend.outbox.queries import events_after, newest
from backend.planning.models import Run
from tests.faults.stand import Stand, until

Blow = Callable[[Stand, str], float]
FROZEN = 30.0
FENCED = "lost its lease"  # what a solver says that may not write any more
LAST = 40  # events that are told and handed on once more
BACK = 90.0  # seconds within which a part must run again, on a machine busy with other things


def kill(stand: Stand, part: str) -> float:
    """kill -9, as the kernel does when memory runs out.

    A dead launcher is started again, as a service manager would.
    """
    moment = time.monotonic()
    before = set(stand.tell(part, signal.SIGKILL))
    if part == "launcher":
        assert stand.launcher is not None
        stand.launcher.wait()
        stand.start()
    until(
        lambda: set(stand.pids(part)) - before and not before & set(stand.pids(part)),
        BACK,
        f"another {part}",
        every=0.1,
    )
    return moment


def kill_twice(stand: Stand, part: str) -> float:
    """All solvers are killed when the run has a plan and has outlived its first lease, and again
    when the next attempt has."""
    moments = []
    for attempt in (1, 2):
        until(lambda n=attempt: _at_work(stand, n), 3 * BACK, f"attempt {attempt} at work")  # type: ignore[misc]
        moments.append(kill(stand, "solver child"))
    return moments[0]


def _at_work(stand: Stand, attempt: int) -> bool:
    """Whether this attempt has noted something after a lease's time, beside a plan."""
    with stand.data():
        run = Run.objects.get(state__in=("queued", "running"))
        at = Event.objects.filter(kind="run_started", payload__run=run.pk).latest("pk").at
        worked = (now() - at).total_seconds()
        noted = run.attempt == attempt and run.state == "running" and bool(run.checkpoint)
        return noted and worked > 1.25 * settings.SOLVER_LEASE_SECONDS


def freeze(seconds: float) -> Blow:
    """Stopped for a while, then going on as if nothing had happened: a laptop's lid, a swapping
    machine."""

    def blow(stand: Stand, part: str) -> float:
        moment = time.monotonic()
        stand.tell_family(part, signal.SIGSTOP)
        time.sleep(seconds)
        stand.tell_family(part, signal.SIGCONT)
        return moment

    return blow


def kill_in_mid_sending(stand: Stand, part: str) -> float:
    """The sender's children die when one has written to some people, and has others in its hand."""
    before = _messages(stand)
    until(lambda: _messages(stand) > before + 20, BACK, "the first messages", every=0.005)
    return kill(stand, "sender child")


def _messages(stand: Stand) -> int:
    try:
        return (stand.messages / FILE_NOW).read_bytes().count(b"\n")
    except OSError:
        return 0  # nobody was written to yet


def freeze_the_busy_solver(stand: Stand, part: str) -> float:
    """The solver that has the run stops for half a minute, beside another one.

    When it goes on, the run is no longer its own.
    """
    busy = until(stand.busy_solver, BACK, "a solver with a run")
    moment = time.monotonic()
    stand.tell_family(busy, signal.SIGSTOP)
    said = stand.log(busy).count(FENCED)
    time.sleep(FROZEN)
    assert stand.log(busy).count(FENCED) == said, "it spoke while it was frozen"
    stand.tell_family(busy, signal.SIGCONT)
    until(
        lambda: stand.log(busy).count(FENCED) > said,
        BACK,
        "the frozen solver's word that it has lost its lease",
    )
    return moment


def fill_disk(seconds: float) -> Blow:
    """Not a byte is left where PostgreSQL keeps its data; then somebody makes room."""

    def blow(stand: Stand, part: str) -> float:
        moment = time.monotonic()
        balloon = stand.folder / "balloon"
        with balloon.open("wb", buffering=0) as air:  # nothing is left to be written when it closes
            try:
                while True:
                    air.write(b"\0" * 2**16)
            except OSError:
                pass  # full
        time.sleep(seconds)
        balloon.unlink()
        return moment

    return blow


def repeat_everything(stand: Stand, part: str) -> float:
    """The last events are told to the web processes again, and their tasks given to the workers
    again, three times over."""
    moment = time.monotonic()
    for _ in range(3):
        with stand.data(), connection.cursor() as cursor:
            again = events_after(max(0, newest() - LAST), LAST)
            told = [[event.seq, event.kind, event.streams, event.request_id] for event in again]
            doorbell.tell("events", json.dumps(told))
            cursor.execute(
                "UPDATE outbox_stream SET dispatched_seq = greatest(0, dispatched_seq - %s)", [LAST]
            )
            doorbell.ring()
        time.sleep(0.5)
    return moment


def lose_tasks(stand: Stand, part: str) -> float:
    """Valkey dies with tasks in it that no worker has taken yet; it keeps nothing."""
    for one in ("worker", "worker child"):
        stand.tell(one, signal.SIGSTOP)
    time.sleep(2)
    moment = kill(stand, "Valkey")
    for one in ("worker", "worker child"):
        stand.tell(one, signal.SIGCONT)
    return moment
