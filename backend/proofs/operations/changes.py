"""What every change of a statement shares: whose row is locked, and who hears of it."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.locking import hold_one
from backend.common.refusal import Refusal
from backend.outbox.kinds import OfStatement
from backend.outbox.record import record
from backend.proofs.models import Statement
from backend.records.policy import is_own
from backend.volunteers.models import Volunteer


class AnsweredMeanwhile(Refusal):
    """Somebody was faster: it stands otherwise now. Facts: state."""

    code = "answered_meanwhile"


class OwnStatement(Refusal):
    """Nobody answers, or revokes, her own."""

    code = "own_statement"


def held(statement_id: int) -> Statement:
    """The statement as it is once its volunteer is locked. Raises Statement.DoesNotExist."""
    found = Statement.objects.only("volunteer_id").get(pk=statement_id)
    hold_one(Volunteer, found.volunteer_id)
    rows = Statement.objects.select_related("volunteer", "organisation")
    return rows.defer("pdf").get(pk=statement_id)


def of_another(row: Statement, actor: User) -> None:
    """Raises OwnStatement."""
    if is_own(row.volunteer, actor):
        raise OwnStatement


def happened(event: OfStatement, row: Statement, actor: User | None, now: datetime) -> None:
    """Note who did it, and tell her pages and the desks of the organisation and those above it."""
    note(actor, "change", f"statement:{row.pk}", event.kind, now=now)
    streams = [f"volunteer.{row.volunteer_id}", *row.organisation.streams]
    record(event, streams=streams, actor=actor, now=now)
