"""What attended trainings give: the longest of what people have written down for her and of the
grants that stand, in whatever order they came and went. What a person ended stays ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from backend.accounts.models import User
from backend.common.clock import local_day
from backend.outbox.kinds import CredentialEnded
from backend.programmes.models import CredentialKind
from backend.records.models import Training, TrainingGrant
from backend.records.operations.presence import PlaceHeld
from backend.rota.models import Session
from backend.volunteers.models import Volunteer, VolunteerCredential
from backend.volunteers.operations import add_credential, changed
from backend.volunteers.operations.credentials import months_after


@dataclass(frozen=True)
class HeldThen:
    """What a credential says while nobody has ended it."""

    number: str
    issuer: str
    valid_from: date
    valid_until: date | None
    checked_by_id: int | None
    checked_at: datetime | None

    def lasts(self) -> tuple[bool, date]:
        """What nobody has checked counts least."""
        return self.checked_at is not None, self.valid_until or date.max


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
    """Nothing that she holds becomes shorter, and an end is a person's to undo."""
    row = part.volunteer.credentials.filter(kind=training.kind).first()
    if row is not None and _ended(row):
        return
    standing = _standing(part.volunteer, training.kind)
    before = _before(standing)
    if row is not None and not _of_trainings(row, standing):
        before = _as_kept(row)
    held = _longest(before, standing)
    gained = _given_by(part.session, training, actor.pk, now)
    if held is None or held.lasts() < gained.lasts():
        row = add_credential(
            volunteer_id=part.volunteer.pk,
            kind=training.kind,
            valid_from=gained.valid_from,
            valid_until=gained.valid_until,
            issuer=gained.issuer,
            actor=actor,
            now=now,
        )
    assert row is not None  # what she holds lasts as long
    TrainingGrant.objects.create(
        assignment=part.assignment, credential_id=row.pk, granted_at=now, before=before
    )


def _take_back(part: PlaceHeld, given: TrainingGrant, why: str, actor: User, now: datetime) -> None:
    """Without anything left, she never held it. What somebody has checked or ended since stands."""
    row = VolunteerCredential.objects.filter(pk=given.credential_id).first()
    if row is None:
        given.delete()
        return
    standing = _standing(part.volunteer, row.kind)
    given.delete()
    if _ended(row) or not _of_trainings(row, standing):
        return
    before = _before(standing)
    left = _longest(before, [one for one in standing if one.assignment_id != part.assignment.pk])
    if left == _longest(before, standing):
        return
    if left is None:
        row.valid_until = row.valid_from - timedelta(days=1)
    else:
        for name, value in vars(left).items():
            setattr(row, name, value)
    row.ended_because = why[:200]
    row.taken_back = True
    row.save()
    happened = CredentialEnded(volunteer=part.volunteer.pk, credential=row.pk)
    streams = part.volunteer.organisation.streams
    reason = f"end of credential {row.kind.code}"
    changed(happened, "change", reason, actor=actor, now=now, also=streams)


def _ended(row: VolunteerCredential) -> bool:
    """By a person: hers again when a person says so."""
    return bool(row.ended_because) and not row.taken_back


def _standing(her: Volunteer, kind: CredentialKind) -> list[TrainingGrant]:
    rows = TrainingGrant.objects.filter(
        assignment__volunteer=her, assignment__session__training__kind=kind
    )
    about = rows.select_related(
        "assignment__attendance",
        "assignment__session__training",
        "assignment__session__rota__organisation",
    )
    return list(about.order_by("granted_at", "pk"))


def _before(standing: list[TrainingGrant]) -> dict[str, Any] | None:
    """What the newest of them found apart from trainings."""
    return next((one.before for one in reversed(standing)), None)


def _of_trainings(row: VolunteerCredential, standing: list[TrainingGrant]) -> bool:
    """Whether nobody has written it anew since the newest grant."""
    held = _longest(_before(standing), standing)
    return held is not None and held.checked_at == row.checked_at


def _longest(before: dict[str, Any] | None, grants: Iterable[TrainingGrant]) -> HeldThen | None:
    """Of several that last as long, the first. What a person has written down takes the place of
    the grants until then."""
    found = []
    since = None
    if before is not None:
        found.append(_as_held(before))
        since = found[0].checked_at
    for one in grants:
        if since is None or one.granted_at >= since:
            session, word = one.assignment.session, one.assignment.attendance.decided_by_id
            found.append(_given_by(session, session.training, word, one.granted_at))
    return max(found, key=HeldThen.lasts, default=None)


def _given_by(session: Session, training: Training, word: int | None, now: datetime) -> HeldThen:
    assert session.starts_at is not None  # hours have a time
    begins = local_day(session.starts_at)
    ends = None
    if training.months:
        ends = months_after(begins, training.months)
    issuer = session.rota.organisation.name[:60]
    return HeldThen("", issuer, begins, ends, word, now)


def _as_kept(row: VolunteerCredential) -> dict[str, Any] | None:
    """None: she never held it. The moment to its last digit, by which it is known again."""
    if row.valid_until is not None and row.valid_until < row.valid_from:
        return None
    kept = {name: getattr(row, name) for name in HeldThen.__dataclass_fields__}
    moment = row.checked_at.isoformat() if row.checked_at else None
    ends = row.valid_until.isoformat() if row.valid_until else None
    return kept | {
        "valid_from": row.valid_from.isoformat(),
        "valid_until": ends,
        "checked_at": moment,
    }


def _as_held(kept: dict[str, Any]) -> HeldThen:
    return HeldThen(
        number=kept["number"],
        issuer=kept["issuer"],
        valid_from=date.fromisoformat(kept["valid_from"]),
        valid_until=date.fromisoformat(kept["valid_until"]) if kept["valid_until"] else None,
        checked_by_id=kept["checked_by_id"],
        checked_at=parse_datetime(kept["checked_at"] or ""),
    )
