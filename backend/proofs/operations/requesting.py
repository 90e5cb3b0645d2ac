"""She asks for a statement, or takes the question back."""

from __future__ import annotations

from datetime import date, datetime

from backend.accounts.models import User
from backend.common.clock import local_day
from backend.common.locking import lock_one, operation
from backend.common.refusal import Refusal
from backend.organisations.models import Organisation
from backend.outbox.kinds import StatementDropped, StatementRequested
from backend.proofs.models import Statement
from backend.proofs.operations.changes import AnsweredMeanwhile, happened, held
from backend.proofs.queries.hours import lines_in
from backend.records.operations import AlreadyAsked
from backend.volunteers.models import Volunteer


class PeriodRefused(Refusal):
    """The last day is before the first, or has not come yet."""

    code = "period_refused"


class NothingServed(Refusal):
    """Nothing that counts was recorded in the period."""

    code = "nothing_served"


@operation
def request_statement(
    *,
    volunteer_id: int,
    organisation: Organisation,
    first_day: date,
    last_day: date,
    actor: User,
    now: datetime,
) -> Statement:
    """Ask an organisation for a statement of what it and those below it recorded in these days.

    Raises PeriodRefused, NothingServed, AlreadyAsked while an earlier question to it waits;
    Volunteer.DoesNotExist.
    """
    her = lock_one(Volunteer, volunteer_id)
    if not first_day <= last_day <= local_day(now):
        raise PeriodRefused
    waiting = Statement.objects.filter(
        volunteer=her, organisation=organisation, state=Statement.State.REQUESTED
    )
    if waiting.exists():
        raise AlreadyAsked
    if not lines_in(her.pk, organisation, first_day, last_day):
        raise NothingServed
    row = Statement.objects.create(
        volunteer=her,
        organisation=organisation,
        first_day=first_day,
        last_day=last_day,
        made_at=now,
    )
    happened(StatementRequested(statement=row.pk, volunteer=her.pk), row, actor, now)
    return row


@operation
def drop_statement(*, statement_id: int, actor: User, now: datetime) -> None:
    """She does not need it after all. Raises AnsweredMeanwhile; Statement.DoesNotExist."""
    row = held(statement_id)
    if not row.is_requested:
        raise AnsweredMeanwhile(state=row.state)
    row.state = Statement.State.DROPPED
    row.ended_at = now
    row.save(update_fields=["state", "ended_at"])
    happened(StatementDropped(statement=row.pk, volunteer=row.volunteer_id), row, actor, now)
