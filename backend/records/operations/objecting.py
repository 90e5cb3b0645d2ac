"""What a volunteer says against what was noted of her, and hours that nobody signed in for."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.accounts.queries import are_one_person
from backend.common.locking import operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.outbox.kinds import (
    BackEntryAsked,
    BackEntryDecided,
    ObjectionAnswered,
    ObjectionMade,
)
from backend.records.models import Attendance, BackEntry, Objection
from backend.records.operations.hours import (
    LONGEST_NOTE,
    BadMinutes,
    OwnHours,
    correct_hours,
    served,
)
from backend.records.operations.presence import AlreadyDecided, NotTheTime, hold_part
from backend.records.policy import is_own, most_minutes, opens_at
from backend.rota.policy import is_over
from backend.volunteers.operations import ReasonNeeded

LONGEST = 200


class AlreadyAsked(Refusal):
    """It waits for an answer already."""

    code = "already_asked"


class AlreadyAnsweredIt(Refusal):
    """Somebody has answered meanwhile."""

    code = "already_answered_it"


class SecondPerson(Refusal):
    """Whoever asked for it does not decide it."""

    code = "second_person"


@operation
def object_to(*, assignment_id: int, text: str, actor: User, now: datetime) -> Objection:
    """She says what is not right about her hours, or about not having been there.

    Raises ReasonNeeded, AlreadyAsked, NotTheTime before the end, NotExpected;
    Assignment.DoesNotExist.
    """
    part = hold_part(assignment_id)
    said = line(text)[:LONGEST]
    if not said:
        raise ReasonNeeded(most=LONGEST)
    if not is_over(part.session, now):
        raise NotTheTime(opens_at=opens_at(part.session), ends_at=part.session.ends_at)
    if Objection.objects.filter(assignment=part.assignment, answered_at=None).exists():
        raise AlreadyAsked
    row = Objection.objects.create(assignment=part.assignment, text=said, made_at=now)
    part.record(ObjectionMade(objection=row.pk, **part.about()), actor, now)
    return row


@operation
def answer_objection(
    *, objection_id: int, answer: str, minutes: int | None, actor: User, now: datetime
) -> Objection:
    """`minutes`: what is right, written down with it; None: what was noted stays.

    Raises ReasonNeeded, AlreadyAnsweredIt, OwnHours, and what correct_hours() raises;
    Objection.DoesNotExist.
    """
    found = Objection.objects.get(pk=objection_id)
    part = hold_part(found.assignment_id)
    row = Objection.objects.get(pk=objection_id)
    said = line(answer)[:LONGEST]
    if is_own(part.volunteer, actor):
        raise OwnHours
    if not said:
        raise ReasonNeeded(most=LONGEST)
    if row.answered_at is not None:
        raise AlreadyAnsweredIt
    if minutes is not None:
        correct_hours(
            assignment_id=part.assignment.pk, minutes=minutes, reason=said, actor=actor, now=now
        )
    row.answer = said
    row.answered_at = now
    row.answered_by_id = actor.pk
    row.save()
    part.record(ObjectionAnswered(objection=row.pk, **part.about()), actor, now)
    return row


@operation
def ask_back_entry(
    *, assignment_id: int, minutes: int, reason: str, actor: User, now: datetime
) -> BackEntry:
    """补录: she was there though nobody signed her in; a second person decides.

    Raises ReasonNeeded, BadMinutes, AlreadyAsked, AlreadyDecided when she has hours there,
    OwnHours, NotTheTime before the end, NotExpected; Assignment.DoesNotExist.
    """
    part = hold_part(assignment_id)
    note = line(reason)[:LONGEST_NOTE]
    if is_own(part.volunteer, actor):
        raise OwnHours
    if not note:
        raise ReasonNeeded(most=LONGEST_NOTE)
    if not is_over(part.session, now):
        raise NotTheTime(opens_at=opens_at(part.session), ends_at=part.session.ends_at)
    if part.attendance.state == Attendance.State.ATTENDED:
        raise AlreadyDecided(state=part.attendance.state)
    most = most_minutes(part.session)
    if not 1 <= minutes <= most:
        raise BadMinutes(low=1, high=most)
    if BackEntry.objects.filter(assignment=part.assignment, decided_at=None).exists():
        raise AlreadyAsked
    row = BackEntry.objects.create(
        assignment=part.assignment,
        minutes=minutes,
        reason=note,
        asked_by_id=actor.pk,
        asked_at=now,
    )
    part.record(BackEntryAsked(entry=row.pk, **part.about()), actor, now)
    return row


@operation
def decide_back_entry(*, entry_id: int, approve: bool, actor: User, now: datetime) -> BackEntry:
    """The second person says yes or no. Raises SecondPerson, OwnHours, AlreadyAnsweredIt,
    AlreadyDecided, TimeCounts; BackEntry.DoesNotExist."""
    found = BackEntry.objects.get(pk=entry_id)
    part = hold_part(found.assignment_id)
    row = BackEntry.objects.get(pk=entry_id)
    if is_own(part.volunteer, actor):
        raise OwnHours
    if are_one_person(row.asked_by_id, actor.pk):
        raise SecondPerson
    if row.decided_at is not None:
        raise AlreadyAnsweredIt
    if approve and part.attendance.state == Attendance.State.ATTENDED:
        raise AlreadyDecided(state=part.attendance.state)
    row.approved = approve
    row.decided_at = now
    row.decided_by_id = actor.pk
    row.save()
    if approve:
        served(part, row.minutes, row.asked_by_id, row.reason, actor, now)
    part.record(BackEntryDecided(entry=row.pk, **part.about()), actor, now)
    return row
