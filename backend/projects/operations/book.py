"""What a project took in, spent and reached: entered once, reversed when it was wrong."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar

from backend.accounts.models import User
from backend.common.clock import local_day
from backend.common.locking import operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.outbox.kinds import ProjectBooked
from backend.outbox.record import record
from backend.projects.models import Money, Partner, Project, ReachEntry
from backend.projects.operations.projects import locked, streams_of
from backend.projects.policy import MOST_FEN, is_incoming, wrong_day, wrong_people

Row = TypeVar("Row", Money, ReachEntry)
NOTE = 120  # characters


class EntryRefused(Refusal):
    """A value that cannot be. Facts: field ("on", "fen", "times", "note"), why ("before",
    "future", "none", "many", "more", "long", "empty"), limit."""

    code = "entry_refused"


class ReversedAlready(Refusal):
    """It is a reversal, or has been reversed. Facts: entry."""

    code = "entry_reversed"


@operation
def note_money(
    *,
    project_id: int,
    purse: str,
    fen: int,
    on: date,
    note: str = "",
    partner: Partner | None = None,
    actor: User,
    now: datetime,
) -> Money:
    """Money that came in or was spent, as its purse says. Raises EntryRefused,
    ProjectClosedAlready; Project.DoesNotExist."""
    project = locked(project_id)
    if not 0 < fen <= MOST_FEN:
        raise EntryRefused(field="fen", why="none" if fen <= 0 else "many", limit=MOST_FEN)
    row = Money(
        project=project,
        incoming=is_incoming(purse),
        purse=purse,
        fen=fen,
        partner=partner,
        on=_day(project, on, now),
        note=_note(note),
    )
    return _enter(row, actor, now)


@operation
def note_reach(
    *,
    project_id: int,
    who: str,
    times: int,
    people: int | None,
    on: date,
    note: str = "",
    division_id: str | None = None,
    actor: User,
    now: datetime,
) -> ReachEntry:
    """People whom it reached beside its sessions; `people` None: it is not known how many of them
    came more than once; `division_id`: where they live. Raises EntryRefused, ProjectClosedAlready;
    Project.DoesNotExist."""
    project = locked(project_id)
    if why := wrong_people(times, people):
        raise EntryRefused(field="people" if why == "more" else "times", why=why, limit=times)
    row = ReachEntry(
        project=project,
        who=who,
        times=times,
        people=people,
        division_id=division_id,
        on=_day(project, on, now),
        note=_note(note),
    )
    return _enter(row, actor, now)


@operation
def reverse_money(*, entry_id: int, why: str, actor: User, now: datetime) -> Money:
    """Take it off again, on the day it was entered for; both lines stay. Raises EntryRefused,
    ReversedAlready, ProjectClosedAlready; Money.DoesNotExist."""
    was = Money.objects.select_related("project").get(pk=entry_id)
    _may_be_reversed(was)
    row = Money(incoming=was.incoming, purse=was.purse, fen=-was.fen, partner_id=was.partner_id)
    return _reverse(was, row, why, actor, now)


@operation
def reverse_reach(*, entry_id: int, why: str, actor: User, now: datetime) -> ReachEntry:
    """As reverse_money(). Raises what it raises; ReachEntry.DoesNotExist."""
    was = ReachEntry.objects.select_related("project").get(pk=entry_id)
    _may_be_reversed(was)
    people = None if was.people is None else -was.people
    row = ReachEntry(who=was.who, times=-was.times, people=people, division_id=was.division_id)
    return _reverse(was, row, why, actor, now)


def _may_be_reversed(was: Money | ReachEntry) -> None:
    locked(was.project_id)
    done = type(was)._default_manager.filter(reverses=was.pk).exists()
    if was.reverses_id is not None or done:
        raise ReversedAlready(entry=was.pk)


def _reverse(was: Row, row: Row, why: str, actor: User, now: datetime) -> Row:
    text = _note(why)
    if not text:
        raise EntryRefused(field="why", why="empty", limit=NOTE)
    row.project = was.project
    row.reverses_id = was.pk
    row.on = was.on
    row.note = text
    return _enter(row, actor, now)


def _enter(row: Row, actor: User, now: datetime) -> Row:
    row.recorded_by = actor
    row.recorded_at = now
    row.save()
    happened = ProjectBooked(project=row.project_id)
    record(happened, streams=streams_of(row.project), actor=actor, now=now)
    return row


def _day(project: Project, on: date, now: datetime) -> date:
    if why := wrong_day(project, on, local_day(now)):
        raise EntryRefused(field="on", why=why, limit=0)
    return on


def _note(text: str) -> str:
    found = line(text)
    if len(found) > NOTE:
        raise EntryRefused(field="note", why="long", limit=NOTE)
    return found
