"""What somebody who saw a statement on display says against it, and the answer."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.common.locking import operation
from backend.outbox.kinds import DoubtAnswered, StatementDoubted
from backend.proofs.models import Doubt
from backend.proofs.operations.changes import AnsweredMeanwhile, happened, held, of_another
from backend.proofs.operations.issuing import reason


@operation
def doubt_statement(*, statement_id: int, text: str, actor: User, now: datetime) -> Doubt:
    """Say what is not right about it, while it is on display.

    Raises AnsweredMeanwhile, ReasonNeeded; Statement.DoesNotExist.
    """
    row = held(statement_id)
    said = reason(text)
    if not row.is_displayed:
        raise AnsweredMeanwhile(state=row.state)
    doubt = Doubt.objects.create(statement=row, text=said, made_by=actor, made_at=now)
    event = StatementDoubted(statement=row.pk, volunteer=row.volunteer_id, doubt=doubt.pk)
    happened(event, row, actor, now)
    return doubt


@operation
def answer_doubt(*, doubt_id: int, answer: str, actor: User, now: datetime) -> Doubt:
    """It was looked at, and the statement stays; otherwise it is revoked.

    Raises AnsweredMeanwhile, OwnStatement, ReasonNeeded; Doubt.DoesNotExist.
    """
    found = Doubt.objects.only("statement_id").get(pk=doubt_id)
    row = held(found.statement_id)
    of_another(row, actor)
    said = reason(answer)
    doubt = Doubt.objects.get(pk=doubt_id)
    if doubt.answered_at is not None:
        raise AnsweredMeanwhile(state=row.state)
    doubt.answer = said
    doubt.answered_at = now
    doubt.answered_by_id = actor.pk
    doubt.save(update_fields=["answer", "answered_at", "answered_by_id"])
    event = DoubtAnswered(statement=row.pk, volunteer=row.volunteer_id, doubt=doubt.pk)
    happened(event, row, actor, now)
    return doubt
