"""How a run ends: with a proposal, with trouble, or cancelled.

Each is applied once, by the attempt that holds the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from backend.common.clock import local_midnight
from backend.common.locking import operation
from backend.outbox.kinds import RunCancelled, RunFailed, RunFinished
from backend.outbox.record import record
from backend.planning.chances import likely
from backend.planning.events import run_streams
from backend.planning.holes import ExplainedHole
from backend.planning.lines import arranged_by, lines_of
from backend.planning.models import Proposal, ProposalLine, Run
from backend.planning.operations.leasing import LeaseLost, held, without_blobs
from backend.planning.packing import pack_plan, unpack_problem
from backend.planning.states import RunState
from backend.planning.what_if import present_of_run
from backend.rota.models import Session
from backend.rota.snapshot import number
from matching import Plan, Problem, Verdict, Violation, check

MINUTE = timedelta(minutes=1)


class UnsoundPlan(Exception):
    """The independent check found broken rules that the present does not break already: the plan is
    not stored."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__(", ".join(sorted({v.rule for v in violations})))
        self.violations = tuple(violations)


def judge(problem: Problem, plan: Plan) -> Verdict:
    """Check a plan from plain data. Raises UnsoundPlan if it breaks a rule.

    What people hold already may break one by now (a certificate that lapsed after her yes): that is
    for a person to see, not a fault of the plan. A plan that had to leave such a pin out changes
    nothing for her (lines_of keeps who has said yes).
    """
    verdict = check(problem, plan)
    if verdict.violations:
        already = check(
            problem, Plan(problem.pins, problem.current.seats if problem.current else ())
        ).violations
        new = [v for v in verdict.violations if v not in already and v.rule != "pin"]
        if new:
            raise UnsoundPlan(new)
    return verdict


def finish_run(
    *,
    run_id: int,
    attempt: int,
    plan: Plan,
    bound: int,
    now: datetime,
    problem: Problem | None = None,
    holes: Sequence[ExplainedHole] = (),
    trouble: str = "",
) -> Proposal:
    """Check the plan and keep it as the rota's open proposal; an older open one is discarded. What
    comes of a what-if is kept beside it and open to nobody.

    `bound` may be less than what an earlier attempt has proven; the better one counts. `trouble`:
    what cut the run short, so that this is its best plan so far.
    `problem` saves reading the stored one again, `holes` are what `backend.planning.holes`
    explains. Raises UnsoundPlan, LeaseLost (then nothing is written).
    """
    if problem is None:
        stored = held(run_id, attempt).values_list("problem", flat=True).first()
        if stored is None:
            raise LeaseLost(run_id, attempt)
        problem = unpack_problem(stored)
    verdict = judge(problem, plan)
    return _keep(run_id, attempt, problem, plan, verdict, bound, list(holes), trouble, now)


@operation
def _keep(
    run_id: int,
    attempt: int,
    problem: Problem,
    plan: Plan,
    verdict: Verdict,
    bound: int,
    holes: list[ExplainedHole],
    trouble: str,
    now: datetime,
) -> Proposal:
    _end(run_id, attempt, state=Run.State.FINISHED, now=now, trouble=trouble)
    run = without_blobs().get(pk=run_id)
    proven = bound if run.bound is None else max(bound, run.bound)
    if run.what_if is None:
        Proposal.objects.filter(rota_id=run.rota_id, state=Proposal.State.OPEN).update(
            state=Proposal.State.DISCARDED
        )
    proposal = _proposal(run, plan, verdict, proven, now)
    there = present_of_run(run)
    arranged = arranged_by(problem, plan, there)
    found = {"holes": holes, **_found(run, problem, plan)}
    proposal.facts = {**asdict(verdict.facts), **arranged.figures(problem), **found}
    proposal.save()
    rows = lines_of(proposal, problem, arranged, there)
    ProposalLine.objects.bulk_create(rows, batch_size=2000)
    happened = RunFinished(run=run.pk, rota=run.rota_id, proposal=proposal.pk)
    record(happened, streams=run_streams(run), actor=None, now=now)
    return proposal


def _proposal(run: Run, plan: Plan, verdict: Verdict, bound: int, now: datetime) -> Proposal:
    """Not stored yet."""
    return Proposal(
        run=run,
        rota_id=run.rota_id,
        rota_version=run.rota.version,
        plan=pack_plan(plan),
        cost=verdict.total,
        bound=min(bound, verdict.total),
        parts=verdict.cost,
        state=Proposal.State.OPEN if run.what_if is None else Proposal.State.WHAT_IF,
        made_at=now,
    )


def _found(run: Run, problem: Problem, plan: Plan) -> dict[str, object]:
    """What was read, and how likely it comes to what is planned."""
    return {"versions": _versions(run, problem), "likely": likely(problem, plan)}


def _versions(run: Run, problem: Problem) -> dict[str, int]:
    """Session → its version as the run read it, so that a page can say what has changed since; 0
    where it changed while the run worked, and none where it was added then."""
    known = {number(s.id): s for s in problem.sessions}
    midnight = local_midnight(problem.start)
    rows = Session.objects.filter(rota_id=run.rota_id).exclude(state=Session.State.CANCELLED)
    found: dict[str, int] = {}
    for row in rows.only("starts_at", "latitude", "longitude", "version"):
        read = known.get(row.pk)
        begun = row.starts_at is not None and run.started_at and row.starts_at <= run.started_at
        if read is None:
            found |= {str(row.pk): row.version} if begun else {}
            continue
        start = None if row.starts_at is None else (row.starts_at - midnight) // MINUTE
        same = (start, (row.latitude, row.longitude)) == (read.start, read.place)
        found[str(row.pk)] = row.version if same else 0
    return found


@operation
def fail_run(*, run_id: int, attempt: int, trouble: str, now: datetime) -> None:
    """End with a trouble code that `backend/words/terms.py` puts into words. Raises LeaseLost."""
    _end(run_id, attempt, state=Run.State.FAILED, now=now, trouble=trouble)
    run = without_blobs().get(pk=run_id)
    record(
        RunFailed(run=run.pk, rota=run.rota_id),
        streams=run_streams(run),
        actor=None,
        now=now,
    )


@operation
def cancel_run(*, run_id: int, attempt: int, now: datetime) -> None:
    """End a run that was asked to drop what it has. Raises LeaseLost."""
    _end(run_id, attempt, state=Run.State.CANCELLED, now=now)
    run = without_blobs().get(pk=run_id)
    record(
        RunCancelled(run=run.pk, rota=run.rota_id),
        streams=run_streams(run),
        actor=None,
        now=now,
    )


def _end(run_id: int, attempt: int, *, state: RunState, now: datetime, trouble: str = "") -> None:
    if not held(run_id, attempt).update(
        state=state, ended_at=now, lease_until=None, trouble=trouble[:300]
    ):
        raise LeaseLost(run_id, attempt)
