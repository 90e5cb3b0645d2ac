"""A guardian takes the consent to a volunteer under age back: what stood on it ends, in words."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.common.locking import lock_one, operation
from backend.outbox.kinds import GuardianWithdrew
from backend.rights.operations.giving_back import give_back_all
from backend.volunteers.models import GuardianConsent, Pause, Volunteer
from backend.volunteers.operations import MinorRefused, change_state, changed
from backend.volunteers.policy import is_minor


@operation
def withdraw_guardian_consent(*, volunteer_id: int, actor: User, now: datetime) -> None:
    """What she has promised is given back, so that others are asked, and she is asked for nothing
    until a guardian agrees again. Where she is just now stays. Repeating it is nothing.

    Raises MinorRefused ("none") where no consent of a guardian stands.
    """
    her = lock_one(Volunteer, volunteer_id)
    consent = GuardianConsent.objects.filter(volunteer=her).first()
    if consent is None or not is_minor(her, now):
        raise MinorRefused(why="none")
    if not consent.stands:
        return
    consent.withdrawn_at = now
    consent.save(update_fields=["withdrawn_at"])
    if her.state == Volunteer.State.ACTIVE:
        why = _("监护人撤回了同意，答应过的场次已经替她退了。监护人再同意以后可以恢复")
        change_state(
            volunteer_id=her.pk, state=Volunteer.State.PAUSED, actor=actor, now=now, why=why
        )
        if not Pause.objects.filter(volunteer=her, ended_at=None).exists():
            Pause.objects.create(volunteer=her, made_at=now, why=why)
    give_back_all(her, actor, now)
    streams = her.organisation.streams
    happened = GuardianWithdrew(volunteer=her.pk)
    changed(happened, "change", "guardian withdrew", actor=actor, now=now, also=streams)
