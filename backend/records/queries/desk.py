"""What waits at the desk where hours are confirmed: sessions that are over, objections, entries
that need a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from backend.access.queries import sessions_hers
from backend.accounts.models import User
from backend.common.clock import minute_of
from backend.records.models import Attendance, BackEntry, Objection, ServiceRecord
from backend.records.policy import suggested_minutes
from backend.records.queries.day import Expected, expected_of
from backend.records.queries.families import words_of_families
from backend.rota.models import Assignment, Session
from backend.rota.states import HELD, OPENED


@dataclass(frozen=True)
class PersonToConfirm(Expected):
    """Somebody whose hours wait for a word; `entry`: hours that a second person is to decide;
    `vouched`: she has not signed in, and a family says that she came."""

    suggested: int
    entry: BackEntry | None
    vouched: bool


@dataclass
class SessionToConfirm:
    """A session that is over and those of its people about whom nobody has decided."""

    session: Session
    people: list[PersonToConfirm]

    @property
    def signed(self) -> bool:
        return any(person.is_here for person in self.people)


def _open(now: datetime) -> Q:
    """Of assignments: over, and nobody has said whether she was there."""
    return Q(
        attended__isnull=True,
        state__in=HELD,
        end_minute__lte=minute_of(now),
        session__state__in=OPENED,
    )


def sessions_waiting(
    user: User, now: datetime, start: int, size: int
) -> tuple[list[SessionToConfirm], int]:
    """Some sessions with people whose hours wait, those first in which nobody has signed in, then
    the oldest; and how many there are. Seven statements at most."""
    waiting = Assignment.objects.filter(_open(now), session__in=sessions_hers(user))
    word = Attendance.objects.filter(
        assignment__session=OuterRef("pk"), came_at__isnull=False, state=Attendance.State.OPEN
    )
    rows = Session.objects.filter(pk__in=waiting.values("session")).annotate(word=Exists(word))
    shown = rows.select_related("venue", "rota").order_by("word", "ends_at", "pk")
    found = {one.pk: SessionToConfirm(one, []) for one in shown[start : start + size]}
    people = (
        Assignment.objects.filter(_open(now), session__in=list(found))
        .select_related("volunteer", "shift__role", "attendance")
        .order_by("volunteer__sort_key", "pk")
    )
    entries = {
        entry.assignment_id: entry
        for entry in BackEntry.objects.filter(assignment__session__in=list(found), decided_at=None)
    }
    vouched = words_of_families(people, user)
    for one in people:
        waits = found[one.session_id]
        attendance = expected_of(one).attendance
        minutes = suggested_minutes(attendance, waits.session)
        waits.people.append(
            PersonToConfirm(one, attendance, minutes, entries.get(one.pk), one.pk in vouched)
        )
    return list(found.values()), rows.count()


def objections_open(user: User) -> list[Objection]:
    """What volunteers say against what was noted, the longest first. One statement."""
    rows = Objection.objects.filter(assignment__session__in=sessions_hers(user), answered_at=None)
    shown = rows.select_related(
        "assignment__volunteer", "assignment__session", "assignment__shift__role"
    )
    return list(shown.order_by("made_at", "pk"))


def entries_open(user: User) -> list[BackEntry]:
    """Hours that wait for a second person's word, the longest first. One statement."""
    rows = BackEntry.objects.filter(assignment__session__in=sessions_hers(user), decided_at=None)
    shown = rows.select_related(
        "assignment__volunteer", "assignment__session", "assignment__shift__role"
    )
    return list(shown.order_by("asked_at", "pk"))


@dataclass(frozen=True)
class PartHistory:
    """Everything that was ever written of her part in a session."""

    records: list[ServiceRecord]
    objections: list[Objection]
    entries: list[BackEntry]

    @property
    def minutes(self) -> int:
        return sum(record.minutes for record in self.records)

    @property
    def open_objection(self) -> Objection | None:
        return next((one for one in self.objections if one.answered_at is None), None)


def history_of(assignment: Assignment) -> PartHistory:
    """Three statements."""
    records = ServiceRecord.objects.filter(
        volunteer=assignment.volunteer_id, session=assignment.session_id
    )
    return PartHistory(
        list(records.order_by("number")),
        list(Objection.objects.filter(assignment=assignment).order_by("made_at", "pk")),
        list(BackEntry.objects.filter(assignment=assignment).order_by("asked_at", "pk")),
    )
