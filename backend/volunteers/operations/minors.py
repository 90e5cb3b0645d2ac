"""Volunteers from fourteen to seventeen: they apply with a guardian, who says yes by a code that
comes to his or her own telephone."""

from __future__ import annotations

from datetime import datetime

from backend.accounts import phones
from backend.accounts.models import Code, User
from backend.accounts.operations import end_guardian_codes, guardian_number, request_code
from backend.common.clock import local_day
from backend.common.locking import lock_one, operation
from backend.common.refusal import Refusal
from backend.organisations.models import Organisation
from backend.outbox.kinds import GuardianAgreed
from backend.places.models import Division
from backend.volunteers.models import GuardianConsent, Volunteer
from backend.volunteers.operations.applying import apply
from backend.volunteers.operations.registering import clean_name
from backend.volunteers.operations.telling import changed
from backend.volunteers.policy import (
    CONSENT_TEXT,
    consents_by,
    is_minor,
    is_number_of_minor,
    is_too_young,
    of_age_on,
)


class MinorRefused(Refusal):
    """Facts: why ("young": not fourteen yet, and nothing of her is kept; "adult": she is of age and
    applies by herself; "own": the guardian's number is her own; "minor": it is that of somebody
    under age; "guardian": by her own number somebody consents as a guardian; "none": no guardian is
    asked; "given": the consent stands; "not_given": none does; "code": it is not the code that was
    sent)."""

    code = "minor"


@operation
def apply_with_guardian(
    *,
    user: User,
    name: str,
    phone: str,
    street: Division,
    organisation: Organisation,
    born: tuple[int, int],
    guardian: str,
    guardian_phone: str,
    now: datetime,
) -> Volunteer:
    """She registers herself; nobody can say yes to her before her guardian has. Of `born` (year,
    month) only the day on which she comes of age is kept.

    Raises MinorRefused, AlreadyVolunteer, NameRefused, BadPhone.
    """
    if is_too_young(*born, local_day(now)):
        raise MinorRefused(why="young")
    if of_age_on(*born) <= local_day(now):
        raise MinorRefused(why="adult")
    number = phones.clean_mobile(guardian_phone)
    if number == phones.clean(phone):
        raise MinorRefused(why="own")
    if is_number_of_minor(number, now):
        raise MinorRefused(why="minor")
    if consents_by(phones.clean(phone)):
        raise MinorRefused(why="guardian")
    called = clean_name(guardian)
    row = apply(
        user=user, name=name, phone=phone, street=street, organisation=organisation, now=now
    )
    row.of_age_on = of_age_on(*born)
    row.save(update_fields=["of_age_on"])
    asked = {"name": called, "phone": number, "text_version": CONSENT_TEXT, "asked_at": now}
    GuardianConsent.objects.filter(volunteer=row).delete()
    GuardianConsent(volunteer=row, **asked).save()
    return row


@operation
def send_guardian_code(*, volunteer_id: int, address: str, language: str, now: datetime) -> Code:
    """Have a code sent to her guardian. Raises MinorRefused ("none", "given", "minor"),
    TooManyCodes."""
    consent = _asked(Volunteer.objects.get(pk=volunteer_id), now)
    if consent.stands:
        raise MinorRefused(why="given")
    if is_number_of_minor(str(consent.phone), now):
        raise MinorRefused(why="minor")
    return request_code(
        number=str(consent.phone),
        address=address,
        language=language,
        now=now,
        purpose="guardian",
        about=volunteer_id,
    )


@operation
def guardian_agrees(
    *, volunteer_id: int, code_id: int, actor: User, now: datetime
) -> GuardianConsent:
    """The code of the guardian's number was typed, and holds still: the guardian has read the text
    and says yes. What was withdrawn meanwhile stays withdrawn.

    Raises MinorRefused ("none", "code", "minor").
    """
    row = lock_one(Volunteer, volunteer_id)
    consent = _asked(row, now)
    proved = guardian_number(code_id=code_id, volunteer_id=volunteer_id, now=now)
    if proved is None or proved != consent.phone:
        raise MinorRefused(why="code")
    if is_number_of_minor(proved, now):
        raise MinorRefused(why="minor")
    end_guardian_codes(volunteer_id=volunteer_id, now=now)
    consent.given_at = now
    consent.withdrawn_at = None
    consent.text_version = CONSENT_TEXT
    consent.save()
    happened = GuardianAgreed(volunteer=row.pk)
    streams = row.organisation.streams
    changed(happened, "change", "guardian agreed", actor=actor, now=now, also=streams)
    return consent


def _asked(row: Volunteer, now: datetime) -> GuardianConsent:
    consent = GuardianConsent.objects.filter(volunteer=row).first()
    if consent is None or not is_minor(row, now):
        raise MinorRefused(why="none")
    return consent
