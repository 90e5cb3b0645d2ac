"""A table of people leaves the house with whole telephone numbers when two persons want it: one
asks and says what for, another one agrees."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.accounts.access import note
from backend.accounts.models import User
from backend.accounts.queries import are_one_person
from backend.common.locking import hold_one, operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.exchange.models import Export
from backend.organisations.models import Organisation
from backend.outbox.kinds import ExportAsked, ExportDecided, OfExport
from backend.outbox.record import record
from backend.proofs.operations import AnsweredMeanwhile
from backend.records.operations import AlreadyAsked

LONGEST_PURPOSE = 60
EXPORT_HELD = timedelta(hours=24)  # after the yes


class PurposeNeeded(Refusal):
    """Whoever agrees must read what it is for. Facts: most (characters)."""

    code = "purpose_needed"


class NotByHerself(Refusal):
    """Another person than who asked agrees, and nobody but her takes it."""

    code = "not_by_herself"


class NoLongerHeld(Refusal):
    """Nobody agreed to it, or its time is over: she asks anew."""

    code = "no_longer_held"


@operation
def ask_export(
    *, table: str, organisation: Organisation, purpose: str, actor: User, now: datetime
) -> Export:
    """Ask for it. Raises PurposeNeeded, AlreadyAsked."""
    said = line(purpose)[:LONGEST_PURPOSE]
    if not said:
        raise PurposeNeeded(most=LONGEST_PURPOSE)
    hold_one(User, actor.pk)
    if Export.objects.filter(asked_by=actor, table=table, decided_at=None).exists():
        raise AlreadyAsked
    row = Export.objects.create(
        table=table, organisation=organisation, purpose=said, asked_by=actor, asked_at=now
    )
    _happened(ExportAsked(export=row.pk), row, f"asked: {said}", actor, now)
    return row


@operation
def decide_export(*, export_id: int, approved: bool, actor: User, now: datetime) -> Export:
    """Another person's yes or no. Raises NotByHerself, AnsweredMeanwhile; Export.DoesNotExist."""
    row = _held(export_id)
    if are_one_person(row.asked_by_id, actor.pk):
        raise NotByHerself
    if row.decided_at is not None:
        raise AnsweredMeanwhile(state="")
    row.approved = approved
    row.decided_by = actor
    row.decided_at = now
    row.save(update_fields=["approved", "decided_by", "decided_at"])
    said = {True: "agreed", False: "refused"}[approved]
    _happened(ExportDecided(export=row.pk), row, said, actor, now)
    return row


@operation
def take_export(*, export_id: int, rows: int, actor: User, now: datetime) -> Export:
    """She takes it: noted each time, with how many rows. Raises NotByHerself for anybody else,
    NoLongerHeld; Export.DoesNotExist."""
    row = _held(export_id)
    if row.asked_by_id != actor.pk:
        raise NotByHerself
    if not row.approved or row.decided_at is None or now >= row.decided_at + EXPORT_HELD:
        raise NoLongerHeld
    if row.taken_at is None:
        row.taken_at = now
        row.save(update_fields=["taken_at"])
    reason = f"{row.table}, {rows} rows, full: {row.purpose}"
    note(actor, "export", f"table:{row.table}", reason, now=now)
    return row


def _held(export_id: int) -> Export:
    found = Export.objects.only("asked_by_id").get(pk=export_id)
    hold_one(User, found.asked_by_id)
    return Export.objects.select_related("organisation").get(pk=export_id)


def _happened(event: OfExport, row: Export, said: str, actor: User, now: datetime) -> None:
    note(actor, "change", f"export:{row.pk}", said, now=now)
    streams = [f"user.{row.asked_by_id}", *row.organisation.streams]
    record(event, streams=streams, actor=actor, now=now)
