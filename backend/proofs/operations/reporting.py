"""Hours leave for the national system in batches, each record once."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.locking import operation
from backend.common.prepared import only
from backend.common.refusal import Refusal
from backend.organisations.models import Organisation
from backend.outbox.kinds import BatchMade, BatchReported, BatchVoided, OfBatch
from backend.outbox.record import record
from backend.proofs.models import BatchLine, BatchState, ReportBatch
from backend.proofs.operations.changes import AnsweredMeanwhile
from backend.proofs.operations.issuing import COUNT
from backend.proofs.queries.reporting import unreported

MOST = 5000  # records; what is left is in the next batch
SERIES = ("reports", 0)  # counted up, so that two batches are never made at once


class NothingToReport(Refusal):
    """Everything that was recorded is in a batch already."""

    code = "nothing_to_report"


@operation
def make_batch(*, organisation: Organisation, actor: User, now: datetime) -> ReportBatch:
    """Take what no batch has yet, the oldest first and MOST at once. Raises NothingToReport."""
    (number,) = only(COUNT, list(SERIES))
    rows = list(unreported(organisation).order_by("pk").values_list("pk", "minutes")[:MOST])
    if not rows:
        raise NothingToReport
    batch = ReportBatch.objects.create(
        number=number,
        organisation=organisation,
        made_at=now,
        made_by=actor,
        records=len(rows),
        minutes=sum(minutes for _, minutes in rows),
    )
    BatchLine.objects.bulk_create(BatchLine(batch=batch, record_id=pk) for pk, _ in rows)
    _happened(BatchMade(batch=batch.pk), batch, actor, now)
    return batch


@operation
def mark_reported(*, batch_id: int, actor: User, now: datetime) -> None:
    """The national system has taken it. Raises AnsweredMeanwhile; ReportBatch.DoesNotExist."""
    batch = _settled(batch_id, ReportBatch.State.REPORTED, actor, now)
    _happened(BatchReported(batch=batch.pk), batch, actor, now)


@operation
def void_batch(*, batch_id: int, actor: User, now: datetime) -> None:
    """It was not reported, and its records may go into another. Raises as mark_reported()."""
    batch = _settled(batch_id, ReportBatch.State.VOID, actor, now)
    _happened(BatchVoided(batch=batch.pk), batch, actor, now)


def _settled(batch_id: int, state: BatchState, actor: User, now: datetime) -> ReportBatch:
    """Once only, whoever comes first."""
    made = ReportBatch.objects.filter(pk=batch_id, state=ReportBatch.State.MADE)
    done = made.update(state=state, settled_at=now, settled_by_id=actor.pk)
    batch = ReportBatch.objects.select_related("organisation").get(pk=batch_id)
    if not done:
        raise AnsweredMeanwhile(state=batch.state)
    return batch


def _happened(event: OfBatch, batch: ReportBatch, actor: User, now: datetime) -> None:
    """Whose hours it has sees on her page how many of them are reported."""
    note(actor, "change", f"batch:{batch.pk}", event.kind, now=now)
    people = BatchLine.objects.filter(batch=batch).values_list("record__volunteer", flat=True)
    streams = [f"volunteer.{pk}" for pk in people.distinct()]
    record(event, streams=[*streams, *batch.organisation.streams], actor=actor, now=now)
