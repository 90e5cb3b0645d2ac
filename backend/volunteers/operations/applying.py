"""Who comes by herself: she applies, a coordinator says yes or no."""

from __future__ import annotations

from datetime import datetime

from backend.accounts import phones
from backend.accounts.models import User
from backend.common.clock import local_day
from backend.common.locking import hold, hold_one, lock, lock_one, operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.organisations.models import Organisation
from backend.outbox.kinds import (
    ContactCorrected,
    OfVolunteer,
    VolunteerApplied,
    VolunteerApproved,
    VolunteerTurnedDown,
)
from backend.places.models import Division
from backend.volunteers import identity
from backend.volunteers.models import Application, Volunteer
from backend.volunteers.operations.registering import (
    UnderAge,
    clean_name,
    correct_contact,
    register_volunteer,
)
from backend.volunteers.operations.teams import accept_teams_of
from backend.volunteers.operations.telling import changed
from backend.volunteers.policy import is_minor_by, needs_guardian

LONGEST_REASON = 200


class AlreadyVolunteer(Refusal):
    """This account is a volunteer already. Facts: volunteer."""

    code = "already_volunteer"


class AlreadyAnswered(Refusal):
    """Somebody else answered her meanwhile. Facts: state (what she is now)."""

    code = "already_answered"


class OwnApplication(Refusal):
    """Nobody says yes to herself."""

    code = "own_application"


class GuardianNeeded(Refusal):
    """She is under age and no guardian's consent stands."""

    code = "guardian_needed"


class ReasonNeeded(Refusal):
    """A no needs a reason, which she reads. Facts: most (characters)."""

    code = "reason_needed"


@operation
def apply(
    *,
    user: User,
    name: str,
    phone: str,
    street: Division,
    organisation: Organisation,
    now: datetime,
    identity_end: str = "",
) -> Volunteer:
    """Register herself; until a coordinator of her organisation says yes she is asked for nothing.
    Who was turned down asks anew. Whom a coordinator registered with this name, this number, which
    she has shown to hold, and an identity number of which she types the end, comes into that
    registration as it stands. Name and telephone number alone open none, because the number may be
    mistyped or somebody else's by now: she waits, and a coordinator makes the two one.

    Raises AlreadyVolunteer, NameRefused, BadPhone, UnderAge.
    """
    hold_one(User, user.pk)
    known = Volunteer.objects.filter(user=user).first()
    if known is None and (listed := _listed(name, phone, identity_end, now)):
        return _take_over(listed, user, now)
    if known is None:
        known = register_volunteer(
            name=name,
            organisation=organisation,
            street=street,
            phone=phone,
            actor=user,
            now=now,
            user=user,
        )
    elif was_turned_down(known):
        correct_contact(
            volunteer_id=known.pk, actor=user, now=now, name=name, phone=phone, street=street
        )
    else:
        raise AlreadyVolunteer(volunteer=known.pk)
    return _wait_for_a_yes(known.pk, organisation, user, now)


def _wait_for_a_yes(pk: int, organisation: Organisation, user: User, now: datetime) -> Volunteer:
    row = lock_one(Volunteer, pk)
    row.state = Volunteer.State.APPLIED
    row.organisation = organisation
    row.save(update_fields=["state", "organisation"])
    Application.objects.update_or_create(
        volunteer=row,
        defaults={"made_at": now, "answered_at": None, "answered_by": None, "reason": ""},
    )
    streams = organisation.streams
    changed(
        VolunteerApplied(volunteer=row.pk), "change", "applied", actor=user, now=now, also=streams
    )
    return row


def was_turned_down(row: Volunteer) -> bool:
    """A coordinator did not take her on, and she has not asked anew."""
    refused = Application.objects.filter(volunteer=row).exclude(reason="")
    return row.state == Volunteer.State.LEFT and refused.exists()


def _listed(name: str, phone: str, identity_end: str, now: datetime) -> Volunteer | None:
    """The one registration without an account that has this name and number and an identity number
    that ends so, locked; None where there is none, or more than one. Raises UnderAge."""
    rows = Volunteer.objects.filter(
        phone_index=phones.index(phones.clean(phone)), name=clean_name(name), user=None
    ).exclude(state=Volunteer.State.LEFT)
    found = list(rows.values_list("pk", flat=True)[:2])
    if len(found) != 1:
        return None
    hold(Volunteer, found)  # of two accounts at once the second finds it taken
    row = rows.filter(pk=found[0]).first()
    if row is None or not identity.ends_so(str(row.identity_number or ""), identity_end):
        return None
    if is_minor_by(str(row.identity_number), local_day(now)):
        raise UnderAge  # a list from before it was asked
    return row


def _take_over(row: Volunteer, user: User, now: datetime) -> Volunteer:
    row.user = user
    row.save(update_fields=["user"])
    changed(ContactCorrected(volunteer=row.pk), "change", "comes in herself", actor=user, now=now)
    return row


@operation
def approve(*, volunteer_id: int, actor: User, now: datetime) -> Volunteer:
    """She is one of us from now on, and in the teams that she asked to join. Raises
    AlreadyAnswered, OwnApplication, GuardianNeeded."""
    if Volunteer.objects.filter(pk=volunteer_id, user=actor).exists():
        raise OwnApplication()
    row = lock(Volunteer, [volunteer_id]).get(volunteer_id)
    if row is not None and needs_guardian(row, now):
        raise GuardianNeeded()
    happened = VolunteerApproved(volunteer=volunteer_id)
    her = _answer(happened, Volunteer.State.ACTIVE, "", actor, now)
    accept_teams_of(her, actor, now)
    return her


@operation
def turn_down(*, volunteer_id: int, reason: str, actor: User, now: datetime) -> Volunteer:
    """She is not taken on, and reads why. Raises AlreadyAnswered, ReasonNeeded."""
    reason = line(reason)
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ReasonNeeded(most=LONGEST_REASON)
    happened = VolunteerTurnedDown(volunteer=volunteer_id)
    return _answer(happened, Volunteer.State.LEFT, reason, actor, now)


def _answer(
    happened: OfVolunteer, state: str, reason: str, actor: User, now: datetime
) -> Volunteer:
    row = lock(Volunteer, [happened.volunteer]).get(happened.volunteer)
    if row is None or row.state != Volunteer.State.APPLIED:  # None: made one with another row
        raise AlreadyAnswered(state=row.state if row else "")
    row.state = state
    row.save(update_fields=["state"])
    Application.objects.filter(volunteer=row).update(
        answered_at=now, answered_by=actor, reason=reason
    )
    streams = row.organisation.streams
    changed(happened, "change", happened.kind, actor=actor, now=now, also=streams)
    return row
