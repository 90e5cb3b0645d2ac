"""An applicant who stands in the register already, under a name that she did not type: one person,
one row."""

from __future__ import annotations

from datetime import datetime

from django.db.models import ProtectedError

from backend.accounts.models import User
from backend.common.locking import hold_one, lock, operation
from backend.common.refusal import Refusal
from backend.outbox.kinds import VolunteerMerged
from backend.volunteers.models import (
    Availability,
    Friendship,
    GuardianConsent,
    HandIn,
    TeamRequest,
    TimeOff,
    VettingCheck,
    Volunteer,
    Wish,
)
from backend.volunteers.operations.agreeing import bring_agreements
from backend.volunteers.operations.applying import (
    AlreadyAnswered,
    GuardianNeeded,
    OwnApplication,
)
from backend.volunteers.operations.telling import changed
from backend.volunteers.policy import needs_guardian


class MergeRefused(Refusal):
    """The two cannot be one row. Facts: why ("other": another number, an account of its own, or
    gone; "history": the applicant has served, or was asked, as herself)."""

    code = "merge_refused"


@operation
def merge_applicant(*, volunteer_id: int, into: int, actor: User, now: datetime) -> Volunteer:
    """She comes in to the registration `into`, which has her number and no account: its name,
    certificates and hours stay, what she said of herself while she waited comes along, and the
    application is gone. Who had left is back.

    Raises AlreadyAnswered, OwnApplication, MergeRefused, GuardianNeeded.
    """
    whose = Volunteer.objects.filter(pk=volunteer_id).values_list("user_id", flat=True)
    user_id = whose.first()
    if user_id == actor.pk:
        raise OwnApplication
    if user_id is not None:
        hold_one(User, user_id)  # the account before the person
    rows = lock(Volunteer, [volunteer_id, into])
    new = rows.get(volunteer_id)
    kept = rows.get(into)
    if new is None or new.state != Volunteer.State.APPLIED:
        raise AlreadyAnswered(state=new.state if new else "")
    if kept is None or not _are_one(new, kept):
        raise MergeRefused(why="other")
    if needs_guardian(new, now):
        raise GuardianNeeded()
    _bring_along(new, kept)
    try:
        new.delete()
    except ProtectedError:
        raise MergeRefused(why="history") from None
    kept.user_id = user_id
    if kept.state == Volunteer.State.LEFT:
        kept.state = Volunteer.State.ACTIVE
    kept.of_age_on = new.of_age_on or kept.of_age_on
    kept.save(update_fields=["user", "state", "of_age_on", "every_weeks", "weeks_from"])
    also = [f"volunteer.{volunteer_id}", *kept.organisation.streams]
    happened = VolunteerMerged(volunteer=into, gone=volunteer_id)
    changed(happened, "change", "merged", actor=actor, now=now, also=also)
    return kept


def _are_one(new: Volunteer, kept: Volunteer) -> bool:
    """They may be: the same number, which she has shown to hold, and nobody else comes in by it."""
    same = bytes(new.phone_index or b"-") == bytes(kept.phone_index or b"")
    applied = kept.state == Volunteer.State.APPLIED
    return same and kept.user_id is None and not applied and new.pk != kept.pk


def _bring_along(new: Volunteer, kept: Volunteer) -> None:
    """What nobody has said of the older row, and what may stand beside it."""
    GuardianConsent.objects.filter(volunteer=kept).delete()
    for mine in ("asked_by", "friend"):
        Friendship.objects.filter(**{mine: new}).update(**{mine: kept})
    TeamRequest.objects.filter(volunteer=new).update(volunteer=kept)
    for model in (HandIn, VettingCheck, TimeOff, GuardianConsent):
        model.objects.filter(volunteer=new).update(volunteer=kept)
    if not kept.availability.exists():
        kept.every_weeks = new.every_weeks
        kept.weeks_from = new.weeks_from
    for once in (Availability, Wish):
        if not once.objects.filter(volunteer=kept).exists():
            once.objects.filter(volunteer=new).update(volunteer=kept)
    kept.programmes.add(*new.programmes.all())
    bring_agreements(new, kept)
