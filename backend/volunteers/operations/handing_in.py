"""A volunteer shows a certificate; a coordinator compares it with its evidence and accepts it, or
sends it back with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from backend.accounts.models import User
from backend.common.clock import local_day
from backend.common.locking import lock_one, operation
from backend.common.reading import line
from backend.outbox.kinds import (
    CredentialHandedIn,
    CredentialReturned,
    HandInTakenBack,
    OfVolunteer,
)
from backend.programmes.models import CredentialKind
from backend.volunteers.models import EvidencePage, HandIn, Volunteer, VolunteerCredential
from backend.volunteers.operations.applying import (
    LONGEST_REASON,
    AlreadyAnswered,
    ReasonNeeded,
)
from backend.volunteers.operations.credentials import (
    CredentialRefused,
    add_credential,
    not_her_own,
)
from backend.volunteers.operations.telling import changed

EVIDENCE_KEPT = timedelta(days=60)  # after the answer: long enough to look again when she objects


@operation
def hand_in(
    *,
    volunteer_id: int,
    kind: CredentialKind,
    valid_from: date,
    valid_until: date | None,
    pages: Sequence[bytes],
    actor: User,
    now: datetime,
    number: str = "",
    issuer: str = "",
) -> HandIn:
    """Show a certificate with its evidence, `pages` as `common/evidence` made them. One of the same
    kind that still waits is replaced.

    Raises CredentialRefused.
    """
    row = lock_one(Volunteer, volunteer_id)
    if kind.is_vetting:
        raise CredentialRefused(why="vetting")
    if valid_until and valid_until < valid_from:
        raise CredentialRefused(why="dates")
    if valid_until and valid_until < local_day(now):
        raise CredentialRefused(why="over")
    HandIn.objects.filter(volunteer=row, kind=kind, state=HandIn.State.WAITING).delete()
    shown = HandIn.objects.create(
        volunteer=row,
        kind=kind,
        number=line(number),
        issuer=line(issuer),
        valid_from=valid_from,
        valid_until=valid_until,
        made_at=now,
    )
    EvidencePage.objects.bulk_create(
        [EvidencePage(hand_in=shown, position=n, picture=page) for n, page in enumerate(pages, 1)]
    )
    _happened(CredentialHandedIn(volunteer=row.pk, hand_in=shown.pk), row, actor, now)
    return shown


@operation
def take_back_hand_in(*, hand_in_id: int, actor: User, now: datetime) -> None:
    """She does not want it looked at after all; it goes, and its evidence with it.

    Raises AlreadyAnswered.
    """
    shown, row = _waiting(hand_in_id)
    shown.delete()
    _happened(HandInTakenBack(volunteer=row.pk, hand_in=hand_in_id), row, actor, now)


@operation
def accept_hand_in(
    *,
    hand_in_id: int,
    valid_from: date,
    valid_until: date | None,
    number: str,
    actor: User,
    now: datetime,
) -> VolunteerCredential:
    """It is what it says: she holds it for as long as `actor` has read on it.

    Raises AlreadyAnswered, CredentialRefused.
    """
    shown, row = _waiting(hand_in_id)
    credential = add_credential(
        volunteer_id=row.pk,
        kind=shown.kind,
        valid_from=valid_from,
        valid_until=valid_until,
        number=number,
        issuer=shown.issuer,
        actor=actor,
        now=now,
    )
    _answer(shown, HandIn.State.ACCEPTED, "", actor, now)
    return credential


@operation
def return_hand_in(*, hand_in_id: int, reason: str, actor: User, now: datetime) -> HandIn:
    """It cannot be accepted as it is; she reads why, and may hand in another.

    Raises AlreadyAnswered, ReasonNeeded, CredentialRefused (her own).
    """
    reason = line(reason)
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ReasonNeeded(most=LONGEST_REASON)
    shown, row = _waiting(hand_in_id)
    not_her_own(row, actor)
    _answer(shown, HandIn.State.RETURNED, reason, actor, now)
    _happened(CredentialReturned(volunteer=row.pk, hand_in=shown.pk), row, actor, now)
    return shown


@operation
def forget_evidence(*, now: datetime) -> int:
    """Remove the pictures of what was answered long enough ago; how many pages."""
    answered = EvidencePage.objects.filter(hand_in__answered_at__lte=now - EVIDENCE_KEPT)
    return answered.delete()[0]


def _waiting(hand_in_id: int) -> tuple[HandIn, Volunteer]:
    """One that waits, and whose it is, her row locked. Raises AlreadyAnswered."""
    found = HandIn.objects.select_related("kind").filter(pk=hand_in_id)
    shown = found.first()
    if shown is None:
        raise AlreadyAnswered(state="")
    row = lock_one(Volunteer, shown.volunteer_id)
    shown = found.first()  # as it is now that nobody else can answer
    if shown is None or shown.state != HandIn.State.WAITING:
        raise AlreadyAnswered(state=shown.state if shown else "")
    return shown, row


def _answer(shown: HandIn, state: str, reason: str, actor: User, now: datetime) -> None:
    shown.state = state
    shown.reason = reason
    shown.answered_by = actor
    shown.answered_at = now
    shown.save(update_fields=["state", "reason", "answered_by", "answered_at"])


def _happened(happened: OfVolunteer, row: Volunteer, actor: User, now: datetime) -> None:
    streams = row.organisation.streams
    changed(happened, "change", happened.kind, actor=actor, now=now, also=streams)
