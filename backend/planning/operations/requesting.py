"""A coordinator asks for a run, or asks a running one to stop."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.accounts.models import User
from backend.common.locking import lock_one, operation
from backend.common.refusal import Refusal
from backend.outbox.kinds import RunCancelled, RunRequested, RunStopping
from backend.outbox.record import record
from backend.planning.events import run_streams
from backend.planning.models import Run
from backend.planning.policy import QUEUE_PATIENCE, can_plan
from backend.planning.queries.runs import reach
from backend.planning.what_if import WhatIf
from backend.rota.models import Rota


class RunIsLive(Refusal):
    """The rota has a run that waits or works already. Facts: run."""

    code = "run_is_live"


class RotaNotPlannable(Refusal):
    """A rota that is over, closed or not, is not planned again. Facts: rota, state."""

    code = "rota_not_plannable"


class NothingAhead(Refusal):
    """All its sessions have begun: a run could move nobody. Facts: rota."""

    code = "nothing_ahead"


class RunOver(Refusal):
    """The run has ended; there is nothing to stop. Facts: run, state."""

    code = "run_over"


class NothingAsked(Refusal):
    """A what-if in which nothing is different."""

    code = "nothing_asked"


@operation
def request_run(*, rota_id: int, seconds_limit: int, actor: User, now: datetime) -> Run:
    """Queue a run on the rota; a worker takes it when the event has been handed on.

    What has begun stays as it is; the run plans what is ahead. Raises RotaNotPlannable,
    NothingAhead, RunIsLive (one live run a rota, so asking twice starts one).
    """
    return _queue(rota_id, seconds_limit, None, actor, now)


@operation
def request_what_if(
    *, rota_id: int, asked: WhatIf, seconds_limit: int, actor: User, now: datetime
) -> Run:
    """Queue a run on a changed copy of the rota, beside whatever else is planned of it. Nobody is
    ever told of it and it cannot be published.

    Raises NothingAsked, and what request_run() raises (one live what-if a rota).
    """
    if not asked.asks_something:
        raise NothingAsked
    return _queue(rota_id, seconds_limit, asked, actor, now)


def _queue(
    rota_id: int, seconds_limit: int, asked: WhatIf | None, actor: User, now: datetime
) -> Run:
    rota = lock_one(Rota, rota_id)
    if not can_plan(rota, now):
        raise RotaNotPlannable(rota=rota_id, state=rota.state)
    if reach(rota, now).nothing_left:
        raise NothingAhead(rota=rota_id)
    same_kind = Run.objects.filter(rota=rota, what_if__isnull=asked is None)
    live = same_kind.filter(state__in=Run.LIVE).values_list("pk", flat=True).first()
    if live:
        raise RunIsLive(run=live)
    run = Run.objects.create(
        rota=rota,
        requested_by=actor,
        seconds_limit=seconds_limit,
        what_if=asked.as_json() if asked else None,
        requested_at=now,
        lease_until=now + timedelta(seconds=QUEUE_PATIENCE),
    )
    record(
        RunRequested(run=run.pk, rota=rota.pk),
        streams=run_streams(run),
        actor=actor,
        now=now,
    )
    return run


@operation
def stop_run(*, run_id: int, keep: bool, actor: User, now: datetime) -> Run:
    """Ask a run to hand over what it has (`keep`) or to drop it. A waiting run ends at once, a
    working one within a second.

    The worker reads the word from the row; the event is for the pages. Asking again changes only
    keep → drop. Raises RunOver.
    """
    run = lock_one(Run, run_id)
    if run.state not in Run.LIVE:
        raise RunOver(run=run_id, state=run.state)
    if run.state == Run.State.QUEUED and not (keep and run.checkpoint):
        return _cancel_waiting(run, actor, now)
    if run.stop != Run.Stop.DROP:
        run.stop = Run.Stop.KEEP if keep else Run.Stop.DROP
        run.save(update_fields=["stop"])
    record(
        RunStopping(run=run.pk, rota=run.rota_id),
        streams=run_streams(run),
        actor=actor,
        now=now,
    )
    return run


def _cancel_waiting(run: Run, actor: User, now: datetime) -> Run:
    run.state = Run.State.CANCELLED
    run.ended_at = now
    run.lease_until = None
    run.save(update_fields=["state", "ended_at", "lease_until"])
    record(
        RunCancelled(run=run.pk, rota=run.rota_id),
        streams=run_streams(run),
        actor=actor,
        now=now,
    )
    return run
