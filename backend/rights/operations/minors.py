"""A guardian takes the consent to a volunteer under age back: what stood on it ends."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.accounts.operations import end_guardian_codes
from backend.common.locking import lock_one, operation
from backend.outbox.kinds import GuardianWithdrew
from backend.rights.operations.giving_back import give_back_all
from backend.volunteers.models import GuardianConsent, Pause, Volunteer
from backend.volunteers.operations import MinorRefused, change_state, changed
from backend.volunteers.policy import is_minor


@operation
def withdraw_guardian_consent(*, volunteer_id: int, actor: User, now: datetime) -> int:
    """What she has promised is given back, so that others are asked, and she is asked for nothing
    until a guardian agrees again, by a code that is asked for from now on. Where she is just now
    stays. How many places were given back.

    Raises MinorRefused ("none": no guardian is asked; "not_given": no consent stands).
    """
    her = lock_one(Volunteer, volunteer_id)
    consent = GuardianConsent.objects.filter(volunteer=her).first()
    if consent is None or not is_minor(her, now):
        raise MinorRefused(why="none")
    if not consent.stands:
        raise MinorRefused(why="not_given")
    end_guardian_codes(volunteer_id=her.pk, now=now)
    consent.withdrawn_at = now
    consent.save(update_fields=["withdrawn_at"])
    if her.state == Volunteer.State.ACTIVE:
        change_state(
            volunteer_id=her.pk,
            state=Volunteer.State.PAUSED,
            because=Pause.Because.GUARDIAN,
            actor=actor,
            now=now,
        )
    given_back = give_back_all(her, actor, now)
    streams = her.organisation.streams
    happened = GuardianWithdrew(volunteer=her.pk)
    changed(happened, "change", "guardian withdrew", actor=actor, now=now, also=streams)
    return given_back
