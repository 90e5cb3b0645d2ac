"""Certificates that a person has checked, and the yearly vetting (未成年人保护法 art. 62): its
result only, never the record."""

from __future__ import annotations

from datetime import date, datetime

from backend.accounts.models import User
from backend.common.clock import local_day
from backend.common.locking import lock_one, operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.outbox.kinds import CredentialAdded, VettingAnswered, VettingRequested
from backend.programmes.models import CredentialKind
from backend.volunteers.models import VettingCheck, Volunteer, VolunteerCredential
from backend.volunteers.operations.telling import changed


class CredentialRefused(Refusal):
    """Facts: why: "own" (nobody checks her own), "dates" (ends before it begins), "vetting" (is
    asked of the authority, not shown), "done" (this vetting has its result)."""

    code = "credential_refused"


@operation
def add_credential(
    *,
    volunteer_id: int,
    kind: CredentialKind,
    valid_from: date,
    valid_until: date | None,
    actor: User,
    now: datetime,
    number: str = "",
    issuer: str = "",
) -> VolunteerCredential:
    """Write down a certificate that `actor` has seen; a newer one of the same kind takes the older
    one's place.

    Raises CredentialRefused.
    """
    row = lock_one(Volunteer, volunteer_id)
    if kind.is_vetting:
        raise CredentialRefused(why="vetting")
    if valid_until and valid_until < valid_from:
        raise CredentialRefused(why="dates")
    _not_her_own(row, actor)
    values = {
        "number": line(number),
        "issuer": line(issuer),
        "valid_from": valid_from,
        "valid_until": valid_until,
        "checked_by": actor,
        "checked_at": now,
    }
    credential, _ = VolunteerCredential.objects.update_or_create(
        volunteer=row, kind=kind, defaults=values
    )
    happened = CredentialAdded(volunteer=row.pk, credential=credential.pk)
    changed(happened, "change", f"credential {kind.code}", actor=actor, now=now)
    return credential


@operation
def request_vetting(
    *, volunteer_id: int, consent_at: datetime, authority: str, actor: User, now: datetime
) -> VettingCheck:
    """Note that the authority was asked, with her consent. One that is still pending stands."""
    row = lock_one(Volunteer, volunteer_id)
    if pending := row.vettings.filter(result=VettingCheck.Result.PENDING).first():
        return pending
    check = VettingCheck.objects.create(
        volunteer=row, consent_at=consent_at, requested_at=now, authority=line(authority)
    )
    happened = VettingRequested(volunteer=row.pk, vetting=check.pk)
    changed(happened, "change", "vetting asked", actor=actor, now=now)
    return check


@operation
def record_vetting(*, vetting_id: int, clear: bool, actor: User, now: datetime) -> VettingCheck:
    """Write down the answer: clear for twelve months from the asking, or blocked.

    Raises CredentialRefused.
    """
    volunteer_id = VettingCheck.objects.values_list("volunteer_id", flat=True).get(pk=vetting_id)
    row = lock_one(Volunteer, volunteer_id)
    check = VettingCheck.objects.get(pk=vetting_id)
    if check.result != VettingCheck.Result.PENDING:
        raise CredentialRefused(why="done")
    _not_her_own(row, actor)
    check.result = VettingCheck.Result.CLEAR if clear else VettingCheck.Result.BLOCKED
    check.checked_by = actor
    check.valid_until = a_year_after(local_day(check.requested_at)) if clear else None
    check.save(update_fields=["result", "checked_by", "valid_until"])
    happened = VettingAnswered(volunteer=row.pk, vetting=check.pk)
    changed(happened, "change", "vetting answered", actor=actor, now=now)
    return check


def a_year_after(day: date) -> date:
    """The last day of twelve months that begin on `day`."""
    try:
        return date.fromordinal(day.replace(year=day.year + 1).toordinal() - 1)
    except ValueError:  # 29 February
        return date(day.year + 1, 2, 28)


def _not_her_own(row: Volunteer, actor: User) -> None:
    if row.user_id == actor.pk:
        raise CredentialRefused(why="own")
