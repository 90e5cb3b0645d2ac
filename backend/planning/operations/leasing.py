"""A worker holds a run under a lease. `attempt` is its fencing token: whoever comes later holds a
higher one, and only the highest may write. A worker that was frozen or cut off finds its lease lost
and writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest

from backend.common.locking import operation
from backend.outbox.kinds import OfRun, RunCalledAgain, RunCancelled, RunFailed, RunStarted
from backend.outbox.record import record
from backend.planning.events import run_streams
from backend.planning.models import Run
from backend.planning.policy import MOST_ATTEMPTS, QUEUE_PATIENCE

PROBLEM_KEPT = timedelta(days=30)  # after a run has ended: so long it can be repeated


class LeaseLost(Exception):
    """Another worker has the run, or it has ended: stop at once and write nothing."""

    def __init__(self, run_id: int, attempt: int) -> None:
        super().__init__(f"run {run_id}, attempt {attempt}")
        self.run_id = run_id
        self.attempt = attempt


def held(run_id: int, attempt: int) -> QuerySet[Run]:
    """The run if this attempt still holds it: what every write of a worker goes through."""
    return Run.objects.filter(pk=run_id, attempt=attempt, state=Run.State.RUNNING)


def lease_end(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.SOLVER_LEASE_SECONDS)


def without_blobs() -> QuerySet[Run]:
    return Run.objects.select_related("rota").defer("problem", "checkpoint", "families")


@operation
def lease_run(*, run_id: int, now: datetime) -> int | None:
    """Take a waiting run; its attempt, or None if someone else has it or it has ended (a task
    delivered twice)."""
    taken = Run.objects.filter(pk=run_id, state=Run.State.QUEUED).update(
        state=Run.State.RUNNING,
        attempt=F("attempt") + 1,
        lease_until=lease_end(now),
        started_at=Coalesce("started_at", Value(now)),
    )
    if not taken:
        return None
    run = without_blobs().get(pk=run_id)
    record(
        RunStarted(run=run.pk, rota=run.rota_id),
        streams=run_streams(run),
        actor=None,
        now=now,
    )
    return run.attempt


def renew_lease(*, run_id: int, attempt: int, now: datetime) -> Run.Stop | None:
    """Hold the run for another while; returns its stop word.

    Raises LeaseLost.
    """
    if not held(run_id, attempt).update(lease_until=lease_end(now)):
        raise LeaseLost(run_id, attempt)
    return stop_word(run_id=run_id, attempt=attempt)


def stop_word(*, run_id: int, attempt: int) -> Run.Stop | None:
    """What the run was asked: one indexed read, so that a worker can ask several times a second.

    Raises LeaseLost.
    """
    word = held(run_id, attempt).values_list("stop", flat=True).first()
    if word is None:
        raise LeaseLost(run_id, attempt)
    return Run.Stop(word) if word else None


def keep_problem(
    *,
    run_id: int,
    attempt: int,
    problem: bytes,
    now: datetime,
    families: Collection[int] = (),
    aims: Mapping[str, object] | None = None,
) -> None:
    """Store what is being solved, once, so that a later attempt and `moli export-run` have
    exactly this; what it looks to (`aims`), which its pages say; and whose `families` data stand in
    it, because each may ask who read them.

    Raises LeaseLost.
    """
    stored = {
        "problem": problem,
        "families": sorted(families),
        "aims": aims and dict(aims),
        "lease_until": lease_end(now),
    }
    if not held(run_id, attempt).update(**stored):
        raise LeaseLost(run_id, attempt)


@operation
def forget_problems(*, now: datetime) -> int:
    """Drop what runs read that ended long ago; how many. Who was read stays known."""
    old = Run.objects.filter(problem__isnull=False, ended_at__lt=now - PROBLEM_KEPT)
    return old.update(problem=None)


def report_progress(
    *,
    run_id: int,
    attempt: int,
    progress: dict[str, object],
    now: datetime,
    bound: int | None = None,
    checkpoint: bytes | None = None,
) -> None:
    """The newest numbers, with `bound` what is proven, with `checkpoint` the best checked plan so
    far; both speak of the stored problem.

    A bound below the stored one leaves that one. At most once a second. Raises LeaseLost.
    """
    change: dict[str, object] = {"progress": progress, "lease_until": lease_end(now)}
    if bound is not None:
        change["bound"] = Greatest(F("bound"), Value(bound))  # NULL counts for nothing in it
    if checkpoint is not None:
        change["checkpoint"] = checkpoint
    if not held(run_id, attempt).update(**change):
        raise LeaseLost(run_id, attempt)


@operation
def sweep_leases(*, now: datetime) -> int:
    """Put runs whose worker has gone silent back into the queue, and announce waiting ones again;
    how many were touched.

    Each row is moved by a conditional update, so two sweepers at once do the work once.
    """
    late = without_blobs().filter(state__in=Run.LIVE, lease_until__lt=now).order_by("pk")
    return sum(_revive(run, now) for run in late)


def _revive(run: Run, now: datetime) -> int:
    kind, change = _next_step(run, now)
    mine = Run.objects.filter(
        pk=run.pk, state=run.state, attempt=run.attempt, lease_until=run.lease_until
    )
    if not mine.update(**change):
        return 0
    happened = kind(run=run.pk, rota=run.rota_id)
    record(happened, streams=run_streams(run), actor=None, now=now)
    return 1


def _next_step(run: Run, now: datetime) -> tuple[type[OfRun], dict[str, object]]:
    if run.stop == Run.Stop.DROP:
        return RunCancelled, {"state": Run.State.CANCELLED, "ended_at": now, "lease_until": None}
    if run.state == Run.State.RUNNING and run.attempt >= _last_attempt(run):
        return RunFailed, {
            "state": Run.State.FAILED,
            "ended_at": now,
            "lease_until": None,
            "trouble": "interrupted",
        }
    return RunCalledAgain, {
        "state": Run.State.QUEUED,
        "lease_until": now + timedelta(seconds=QUEUE_PATIENCE),
    }


def _last_attempt(run: Run) -> int:
    """One more for a run that has a plan: it searches no longer and only hands that over."""
    has_plan = Run.objects.filter(pk=run.pk, checkpoint__isnull=False).exists()
    return MOST_ATTEMPTS + int(has_plan)
