"""A session that is a training: who was there by the word of two people holds its credential, and
holds it no longer when that word is corrected away."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.clock import local_day
from backend.common.locking import lock_one, operation
from backend.common.refusal import Refusal
from backend.outbox.kinds import CredentialEnded, TrainingNamed
from backend.outbox.record import record
from backend.programmes.models import CredentialKind
from backend.programmes.queries import kinds_by_training
from backend.records.models import Training, TrainingGrant
from backend.records.operations.presence import PlaceHeld
from backend.records.policy import can_be_training
from backend.rota.models import Offer, Session
from backend.volunteers.models import VolunteerCredential
from backend.volunteers.operations import add_credential, changed
from backend.volunteers.operations.credentials import months_after

LONGEST_MONTHS = 120
KEPT = ("number", "issuer", "ended_because", "checked_by_id")
DAYS = ("valid_from", "valid_until")


class TrainingRefused(Refusal):
    """Facts: why ("over": it has begun to be over, is cancelled or has no time; "kind": no training
    gives that; "months": fewer than one, or more than `most`), most."""

    code = "training"


@operation
def name_training(
    *, session_id: int, kind: CredentialKind | None, months: int | None, actor: User, now: datetime
) -> Training | None:
    """Whoever attends the session gets a credential of this kind, valid for so many months from its
    day (None: as long as the kind says, or without end); kind None: it is no training. Before it
    is over, so that everybody who comes is told the same.

    Raises TrainingRefused; Session.DoesNotExist.
    """
    session = lock_one(Session, session_id)
    if not can_be_training(session, now):
        raise TrainingRefused(why="over", most=LONGEST_MONTHS)
    if kind is None:
        Training.objects.filter(session=session).delete()
        _named(session, "no training", actor, now)
        return None
    if not kinds_by_training().filter(pk=kind.pk).exists():
        raise TrainingRefused(why="kind", most=LONGEST_MONTHS)
    if months is not None and not 1 <= months <= LONGEST_MONTHS:
        raise TrainingRefused(why="months", most=LONGEST_MONTHS)
    values = {
        "kind": kind,
        "months": months or kind.valid_months,
        "said_at": now,
        "said_by_id": actor.pk,
    }
    row, _ = Training.objects.update_or_create(session=session, defaults=values)
    _named(session, f"training {kind.code}", actor, now)
    return row


def _named(session: Session, reason: str, actor: User, now: datetime) -> None:
    note(actor, "change", f"session:{session.pk}", reason, now=now)
    happened = TrainingNamed(rota=session.rota_id, session=session.pk)
    asked = Offer.objects.filter(session=session, state=Offer.State.PENDING)
    theirs = [f"volunteer.{pk}" for pk in asked.values_list("volunteer", flat=True)]
    record(happened, streams=[f"session.{session.pk}", *theirs], actor=actor, now=now)


def settle_training(part: PlaceHeld, attended: bool, why: str, actor: User, now: datetime) -> None:
    """Grant what her attendance gives her, or take it back, as it is decided now. In an operation
    that holds her; saying the same again changes nothing. Whoever leads a training teaches it."""
    training = Training.objects.select_related("kind").filter(session=part.session).first()
    given = TrainingGrant.objects.filter(assignment=part.assignment).first()
    if given is not None and not attended:
        _take_back(part, given, why, actor, now)
    elif training and given is None and attended and not part.assignment.shift.role.leads:
        _grant(part, training, actor, now)


def _grant(part: PlaceHeld, training: Training, actor: User, now: datetime) -> None:
    assert part.session.starts_at is not None  # hours have a time
    begins = local_day(part.session.starts_at)
    ends = months_after(begins, training.months) if training.months else None
    held = part.volunteer.credentials.filter(kind=training.kind).first()
    if held is not None and _lasts_as_long(held, ends):
        return  # nothing that she holds becomes shorter
    credential = add_credential(
        volunteer_id=part.volunteer.pk,
        kind=training.kind,
        valid_from=begins,
        valid_until=ends,
        issuer=part.session.rota.organisation.name[:60],
        actor=actor,
        now=now,
    )
    TrainingGrant.objects.create(
        assignment=part.assignment,
        credential_id=credential.pk,
        granted_at=now,
        before=_as_kept(held),
    )


def _lasts_as_long(held: VolunteerCredential, ends: date | None) -> bool:
    if held.checked_at is None:
        return False
    return held.valid_until is None or (ends is not None and held.valid_until >= ends)


def _take_back(part: PlaceHeld, given: TrainingGrant, why: str, actor: User, now: datetime) -> None:
    """What she held before is hers again; without any, it never held. What somebody has checked or
    ended since stands."""
    given.delete()
    row = VolunteerCredential.objects.filter(
        pk=given.credential_id, checked_at=given.granted_at, ended_because=""
    ).first()
    if row is None:
        return
    if given.before is None:
        row.valid_until = row.valid_from - timedelta(days=1)
    else:
        _put_back(row, given.before)
    row.ended_because = why[:200]
    row.save()
    happened = CredentialEnded(volunteer=part.volunteer.pk, credential=row.pk)
    streams = part.volunteer.organisation.streams
    reason = f"end of credential {row.kind.code}"
    changed(happened, "change", reason, actor=actor, now=now, also=streams)


def _as_kept(held: VolunteerCredential | None) -> dict[str, Any] | None:
    if held is None:
        return None
    return {name: getattr(held, name) for name in (*KEPT, *DAYS, "checked_at")}


def _put_back(row: VolunteerCredential, before: dict[str, Any]) -> None:
    for name in KEPT:
        setattr(row, name, before[name])
    for name in DAYS:
        setattr(row, name, _day(before[name]))
    row.checked_at = parse_datetime(before["checked_at"] or "")


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    return date.fromisoformat(text)
