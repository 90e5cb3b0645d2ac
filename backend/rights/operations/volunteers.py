"""A volunteer takes her data back. What she promised is given back first, so that others are asked;
her hours stay as figures that name nobody (志愿服务条例 art. 19)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from backend.accounts.models import Consent, User
from backend.cases.operations import end_cases_of
from backend.common.locking import hold_one, lock_one, operation
from backend.families.models import Avoid, Knows
from backend.outbox.kinds import VolunteerErased
from backend.pairs.operations import end_pairs_of
from backend.proofs.operations import forget_holder
from backend.records.models import Objection, TrainingGrant
from backend.rights.operations.closing import close, has_more
from backend.rights.operations.giving_back import give_back_all
from backend.rota.models import Act
from backend.volunteers.models import Apart, Application, Friendship, GuardianConsent, Volunteer
from backend.volunteers.operations import changed

NOBODY = "（已删除）"  # where a list or a sheet of hours needs a name


@operation
def erase_volunteer(*, volunteer_id: int, actor: User | None, now: datetime) -> None:
    """Give back what she has ahead of her and erase everything personal of her; the account is
    closed where she has nothing else here. Number, hours, and what her papers need to be checked
    stay, without her name.

    Repeating it is nothing. Raises Volunteer.DoesNotExist.
    """
    user_id = Volunteer.objects.values_list("user_id", flat=True).get(pk=volunteer_id)
    if user_id is not None:
        hold_one(User, user_id)  # the account before the person
    her = lock_one(Volunteer, volunteer_id)
    if her.erased_at is not None:
        return
    end_pairs_of(volunteer_id=her.pk, actor=actor, now=now)
    end_cases_of(volunteer_id=her.pk, actor=actor, now=now)
    give_back_all(her, actor, now)
    forget_holder(volunteer_id=her.pk, actor=actor, now=now)
    _forget_around(her, now)
    _forget_her(her, now)
    streams = her.organisation.streams
    changed(VolunteerErased(volunteer=her.pk), "erase", "", actor=actor, now=now, also=streams)
    if user_id is not None and not has_more(user_id):
        close(user_id=user_id, now=now)


def _forget_around(her: Volunteer, now: datetime) -> None:
    """The rows that say something of her, and what was written to her or by her."""
    for rows in (
        her.availability,
        her.time_off,
        her.wishes,
        her.credentials,
        her.hand_ins,
        her.pauses,
        her.remarks,
        her.notices,
        her.cover_asks,
        her.team_requests,
    ):
        rows.all().delete()
    TrainingGrant.objects.filter(assignment__volunteer=her).delete()
    Application.objects.filter(volunteer=her).delete()
    GuardianConsent.objects.filter(volunteer=her).delete()
    Friendship.objects.filter(Q(asked_by=her) | Q(friend=her)).delete()
    Apart.objects.filter(Q(first=her) | Q(second=her)).delete()
    Avoid.objects.filter(volunteer=her).delete()
    Knows.objects.filter(volunteer=her).delete()
    her.teams.clear()
    her.programmes.clear()
    Act.objects.filter(volunteer=her).update(because="")
    Objection.objects.filter(assignment__volunteer=her).update(text="", answer="")
    if her.user_id is not None:
        hers = Consent.objects.filter(user=her.user_id, child_id=None, withdrawn_at=None)
        hers.update(withdrawn_at=now)


def _forget_her(her: Volunteer, now: datetime) -> None:
    her.name = NOBODY
    her.name_pinyin = her.name_initials = her.national_number = ""
    her.sort_key = "~"  # behind everybody who has a name
    her.identity_number = her.identity_index = her.phone = her.phone_index = None
    (her.latitude, her.longitude) = her.street.point
    her.named = False
    her.of_age_on = None
    her.languages = []
    her.every_weeks = 1
    her.weeks_from = None
    her.user = None
    her.state = Volunteer.State.LEFT
    her.erased_at = now
    her.save()
