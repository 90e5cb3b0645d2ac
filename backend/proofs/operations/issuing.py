"""A coordinator answers what a volunteer asked for, and takes back what turned out wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from backend.accounts.models import User
from backend.common.clock import local_day
from backend.common.locking import operation
from backend.common.pieces import GoOn, to_the_end, work_off
from backend.common.prepared import only
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.organisations.queries import contact_of
from backend.outbox.kinds import (
    StatementDenied,
    StatementDisplayed,
    StatementIssued,
    StatementRevoked,
)
from backend.proofs.content import Content, masked_identity
from backend.proofs.models import Doubt, Series, Statement
from backend.proofs.operations.changes import AnsweredMeanwhile, happened, held, of_another
from backend.proofs.operations.requesting import NothingServed
from backend.proofs.policy import DISPLAYED_FOR, code_in_numbers, number_of
from backend.proofs.queries.hours import lines_in
from backend.records.models import ServiceRecord
from backend.volunteers.operations import ReasonNeeded

LONGEST_WHY = 200
COUNT = f"""
INSERT INTO {Series._meta.db_table} AS s (code, year, last) VALUES (%s, %s, 1)
ON CONFLICT (code, year) DO UPDATE SET last = s.last + 1 RETURNING last
"""


class NotLawfulIssuer(Refusal):
    """The organisation does not say that it may lawfully prove hours."""

    code = "not_lawful_issuer"


@operation
def issue_statement(*, statement_id: int, actor: User, now: datetime) -> Statement:
    """Freeze what stands on it and give it its number; a worker makes the PDF afterwards.

    Raises AnsweredMeanwhile, OwnStatement, NothingServed when its hours were reversed since;
    Statement.DoesNotExist.
    """
    row = _frozen(statement_id, actor, now)
    row.state = Statement.State.ISSUED
    row.issued_at = now
    row.save()
    happened(StatementIssued(statement=row.pk, volunteer=row.volunteer_id), row, actor, now)
    return row


@operation
def display_statement(*, statement_id: int, actor: User, now: datetime) -> Statement:
    """As issue_statement(), for a proof of a lawful issuer: it is shown inside the organisation for
    DISPLAYED_FOR, and holds when that is over and every doubt is answered.

    Raises NotLawfulIssuer as well.
    """
    row = _frozen(statement_id, actor, now)
    if not row.organisation.lawful_issuer:
        raise NotLawfulIssuer
    row.state = Statement.State.DISPLAYED
    row.is_proof = True
    row.until = now + DISPLAYED_FOR
    row.save()
    happened(StatementDisplayed(statement=row.pk, volunteer=row.volunteer_id), row, actor, now)
    return row


def issue_displayed(*, now: datetime, go_on: GoOn = to_the_end) -> int:
    """Issue what was on display long enough and nobody doubts any more; how many. One transaction
    each, `go_on` asked after each."""
    return work_off(_issues(now), go_on)


def _issues(now: datetime) -> Iterator[int]:
    for pk in list(_over(now).order_by("until", "pk").values_list("pk", flat=True)):
        yield _issue_if_over(statement_id=pk, now=now)


@operation
def _issue_if_over(*, statement_id: int, now: datetime) -> int:
    row = held(statement_id)
    if not _over(now).filter(pk=row.pk).exists():
        return 0
    row.state = Statement.State.ISSUED
    row.issued_at = now
    row.save(update_fields=["state", "issued_at"])
    happened(StatementIssued(statement=row.pk, volunteer=row.volunteer_id), row, None, now)
    return 1


def _over(now: datetime) -> QuerySet[Statement]:
    doubted = Doubt.objects.filter(statement=OuterRef("pk"), answered_at=None)
    return Statement.objects.filter(
        ~Exists(doubted), state=Statement.State.DISPLAYED, until__lte=now
    )


@operation
def deny_statement(*, statement_id: int, why: str, actor: User, now: datetime) -> Statement:
    """It is not issued; she reads why. Raises AnsweredMeanwhile, OwnStatement, ReasonNeeded;
    Statement.DoesNotExist."""
    row = held(statement_id)
    of_another(row, actor)
    said = reason(why)
    if not row.is_requested:
        raise AnsweredMeanwhile(state=row.state)
    row.state = Statement.State.DENIED
    row.why = said
    row.answered_at = now
    row.answered_by_id = actor.pk
    row.save(update_fields=["state", "why", "answered_at", "answered_by_id"])
    happened(StatementDenied(statement=row.pk, volunteer=row.volunteer_id), row, actor, now)
    return row


@operation
def revoke_statement(*, statement_id: int, why: str, actor: User, now: datetime) -> Statement:
    """What stands on it was wrong: its number stays, and says so to whoever checks it.

    Raises AnsweredMeanwhile, OwnStatement, ReasonNeeded; Statement.DoesNotExist.
    """
    row = held(statement_id)
    of_another(row, actor)
    said = reason(why)
    if row.state not in (Statement.State.ISSUED, Statement.State.DISPLAYED):
        raise AnsweredMeanwhile(state=row.state)
    row.state = Statement.State.REVOKED
    row.why = said
    row.ended_at = now
    row.save(update_fields=["state", "why", "ended_at"])
    happened(StatementRevoked(statement=row.pk, volunteer=row.volunteer_id), row, actor, now)
    return row


def _frozen(statement_id: int, actor: User, now: datetime) -> Statement:
    """One that waits, with what stands on it from now on; not saved."""
    row = held(statement_id)
    of_another(row, actor)
    if not row.is_requested:
        raise AnsweredMeanwhile(state=row.state)
    _freeze(row, actor, now)
    row.answered_at = now
    row.answered_by_id = actor.pk
    return row


def _freeze(row: Statement, actor: User, now: datetime) -> None:
    her = row.volunteer
    lines = lines_in(her.pk, row.organisation, row.first_day, row.last_day)
    if not lines:
        raise NothingServed
    content = Content(
        name=her.name,
        volunteer_number=her.number,
        identity=masked_identity(str(her.identity_number or "")),
        lines=lines,
        issuer=row.organisation.name,
        responsible=row.organisation.responsible,
        handler=str(actor),
        phone=contact_of(row.organisation).contact_phone,
    )
    row.content = content.as_json()
    row.minutes = content.minutes
    last = ServiceRecord.objects.filter(volunteer=her).order_by("-number")
    row.head = last.values_list("number", flat=True)[0]
    code = code_in_numbers(row.organisation)
    year = local_day(now).year
    (running,) = only(COUNT, [code, year])
    row.number = number_of(code, year, running)


def reason(why: str) -> str:
    """One line that somebody reads. Raises ReasonNeeded."""
    said = line(why)
    if not 0 < len(said) <= LONGEST_WHY:
        raise ReasonNeeded(most=LONGEST_WHY)
    return said
