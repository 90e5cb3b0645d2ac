"""Certificates that a person has checked, and the yearly vetting (未成年人保护法 art. 62): its
result only, never the record."""

from __future__ import annotations

from datetime import date, datetime

from backend.accounts.models import User
from backend.common.clock import local_day
from backend.common.locking import lock_one, operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.outbox.kinds import (
    CredentialAdded,
    CredentialEnded,
    OfVolunteer,
    VettingAnswered,
    VettingConsentWithdrawn,
    VettingRequested,
)
from backend.programmes.models import ADULT, CredentialKind
from backend.volunteers.models import VettingCheck, Volunteer, VolunteerCredential
from backend.volunteers.operations.applying import LONGEST_REASON, ReasonNeeded
from backend.volunteers.operations.telling import changed


class CredentialRefused(Refusal):
    """Facts: why: "own" (nobody checks her own), "dates" (ends before it begins), "vetting" (is
    asked of the authority, not shown), "over" (it has lapsed), "done" (this vetting has its
    result), "ended" (it ends no later than it would anyway), "consent" (asked before she
    consented, or on a day to come)."""

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
    not_her_own(row, actor)
    values = {
        "number": line(number),
        "issuer": line(issuer),
        "valid_from": valid_from,
        "valid_until": valid_until,
        "checked_by": actor,
        "checked_at": now,
        "ended_because": "",
        "taken_back": False,
    }
    credential, _ = VolunteerCredential.objects.update_or_create(
        volunteer=row, kind=kind, defaults=values
    )
    happened = CredentialAdded(volunteer=row.pk, credential=credential.pk)
    _changed(happened, f"credential {kind.code}", row, actor, now)
    return credential


@operation
def note_of_age(*, volunteer_id: int, actor: User, now: datetime) -> VolunteerCredential:
    """`actor` has seen by her papers that she is of age, or, of one under age, on which day she
    will be: it holds from then on, by the clock. Nothing of them is written down.

    Raises CredentialRefused ("own"); CredentialKind.DoesNotExist.
    """
    row = lock_one(Volunteer, volunteer_id)
    return add_credential(
        volunteer_id=volunteer_id,
        kind=CredentialKind.objects.get(code=ADULT),
        valid_from=max(local_day(now), row.of_age_on or local_day(now)),
        valid_until=None,
        actor=actor,
        now=now,
    )


@operation
def end_credential(
    *, credential_id: int, last_day: date, reason: str, actor: User, now: datetime
) -> VolunteerCredential:
    """It holds no longer than `last_day`, whatever stands on it; she reads why. What she has
    promised stays: whoever ends it has seen what wants it, and calls her.

    Raises ReasonNeeded, CredentialRefused.
    """
    reason = line(reason)
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ReasonNeeded(most=LONGEST_REASON)
    found = VolunteerCredential.objects.select_related("kind")
    row = lock_one(Volunteer, found.get(pk=credential_id).volunteer_id)
    credential = found.get(pk=credential_id)
    not_her_own(row, actor)
    if credential.valid_until is not None and credential.valid_until <= last_day:
        raise CredentialRefused(why="ended")
    credential.valid_until = last_day
    credential.ended_because = reason
    credential.taken_back = False
    credential.save(update_fields=["valid_until", "ended_because", "taken_back"])
    happened = CredentialEnded(volunteer=row.pk, credential=credential.pk)
    _changed(happened, f"end of credential {credential.kind.code}", row, actor, now)
    return credential


@operation
def request_vetting(
    *, volunteer_id: int, consent_at: datetime, authority: str, actor: User, now: datetime
) -> VettingCheck:
    """Note that she consents to the authority being asked about her, or that it was. One that is
    still pending stands."""
    row = lock_one(Volunteer, volunteer_id)
    if pending := row.vettings.filter(result=VettingCheck.Result.PENDING).first():
        return pending
    check = VettingCheck.objects.create(
        volunteer=row, consent_at=consent_at, requested_at=now, authority=line(authority)
    )
    happened = VettingRequested(volunteer=row.pk, vetting=check.pk)
    _changed(happened, "vetting asked", row, actor, now)
    return check


@operation
def withdraw_vetting(*, volunteer_id: int, actor: User, now: datetime) -> bool:
    """She takes her consent back while no answer is written down: nobody asks about her, and
    nothing of the question is kept. Whether there was one (PIPL art. 15)."""
    row = lock_one(Volunteer, volunteer_id)
    pending = row.vettings.filter(result=VettingCheck.Result.PENDING)
    if not pending.exists():
        return False
    pending.delete()
    happened = VettingConsentWithdrawn(volunteer=row.pk)
    _changed(happened, "vetting consent withdrawn", row, actor, now)
    return True


@operation
def record_vetting(
    *,
    vetting_id: int,
    clear: bool,
    actor: User,
    now: datetime,
    asked_on: date | None = None,
    authority: str = "",
) -> VettingCheck:
    """Write down the answer: clear for twelve months from the asking, or blocked. `asked_on`: the
    day on which the authority was asked, never before she consented; None: as it was noted.

    Raises CredentialRefused.
    """
    volunteer_id = VettingCheck.objects.values_list("volunteer_id", flat=True).get(pk=vetting_id)
    row = lock_one(Volunteer, volunteer_id)
    check = VettingCheck.objects.get(pk=vetting_id)
    if check.result != VettingCheck.Result.PENDING:
        raise CredentialRefused(why="done")
    not_her_own(row, actor)
    day = asked_on or local_day(check.requested_at)
    if not local_day(check.consent_at) <= day <= local_day(now):
        raise CredentialRefused(why="consent")
    check.authority = line(authority) or check.authority
    check.result = VettingCheck.Result.CLEAR if clear else VettingCheck.Result.BLOCKED
    check.checked_by = actor
    check.valid_until = a_year_after(day) if clear else None
    check.save(update_fields=["authority", "result", "checked_by", "valid_until"])
    happened = VettingAnswered(volunteer=row.pk, vetting=check.pk)
    _changed(happened, "vetting answered", row, actor, now)
    return check


def a_year_after(day: date) -> date:
    """The last day of twelve months that begin on `day`."""
    return months_after(day, 12)


def months_after(day: date, months: int) -> date:
    """The last day of so many months that begin on `day`; of one that the last month does not have,
    that month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    try:
        return date.fromordinal(day.replace(day.year + years, month + 1).toordinal() - 1)
    except ValueError:  # 31 August and six months
        after = date(day.year + years + (month + 1) // 12, (month + 1) % 12 + 1, 1)
        return date.fromordinal(after.toordinal() - 1)


def _changed(
    happened: OfVolunteer, reason: str, row: Volunteer, actor: User, now: datetime
) -> None:
    """Told to her pages and to those of her coordinators."""
    streams = row.organisation.streams
    changed(happened, "change", reason, actor=actor, now=now, also=streams)


def not_her_own(row: Volunteer, actor: User) -> None:
    """Nobody checks her own. Raises CredentialRefused."""
    if row.user_id == actor.pk:
        raise CredentialRefused(why="own")
