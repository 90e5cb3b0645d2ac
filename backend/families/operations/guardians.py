"""Another grown-up of the family with a sign-in of her own: asked in, in, out again."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.accounts import phones
from backend.accounts.models import User
from backend.common.locking import hold_one, lock_one, operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.families.models import Family, Guardian
from backend.families.operations.of_family import changed
from backend.families.operations.registering import AlreadyFamily
from backend.families.queries import behind, guardians_of
from backend.outbox.kinds import (
    FamilyDetailsCorrected,
    GuardianAsked,
    GuardianJoined,
    GuardianLeft,
)

HOLDS = timedelta(days=14)
LONGEST = 12  # characters: what the family calls her
MOST = 4  # beside the one who registered


class GuardianRefused(Refusal):
    """She cannot be asked in, or let out, so. Facts: why ("first", "name", "twice", "many"),
    most."""

    code = "guardian_refused"


class GuardianGone(Refusal):
    """Nobody asks her in any more, or she has left."""

    code = "guardian_gone"


@operation
def ask_guardian(
    *, family_id: int, called: str, phone: str, actor: User, now: datetime
) -> Guardian:
    """Ask whoever holds that phone to look after the family's bookings, too; she has two weeks to
    accept. Only the one who registered the family asks anybody.

    Raises GuardianRefused, BadPhone.
    """
    family = lock_one(Family, family_id)
    _first_only(family, actor)
    called = line(called)
    if not 0 < len(called) <= LONGEST:
        raise GuardianRefused(why="name", most=LONGEST)
    number = phones.clean_mobile(phone)
    index = phones.index(number)
    there = list(guardians_of(family, now))
    if number == family.phone or any(bytes(one.phone_index) == index for one in there):
        raise GuardianRefused(why="twice", most=MOST)
    if len(there) >= MOST:
        raise GuardianRefused(why="many", most=MOST)
    family.guardians.filter(user=None, until__lte=now).delete()
    row = Guardian(
        family=family,
        called=called,
        phone=number,
        phone_index=index,
        asked_at=now,
        until=now + HOLDS,
    )
    row.save()
    happened = GuardianAsked(family=family.pk, guardian=row.pk)
    changed(happened, f"family:{family.pk}", "change", "guardian asked", actor=actor, now=now)
    return row


@operation
def join_family(*, guardian_id: int, user: User, now: datetime) -> Guardian:
    """She accepts: from now on she sees and does what the family does. Raises GuardianGone,
    AlreadyFamily (she is of a family)."""
    hold_one(User, user.pk)
    if existing := Family.objects.filter(pk=behind(user)).first():
        raise AlreadyFamily(family=existing.pk)
    family_id = Guardian.objects.filter(pk=guardian_id).values_list("family_id", flat=True).first()
    if family_id is None:
        raise GuardianGone
    family = lock_one(Family, family_id)
    row = family.guardians.filter(pk=guardian_id, user=None, until__gt=now).first()
    if row is None or not family.active:
        raise GuardianGone
    row.user = user
    row.joined_at = now
    row.save(update_fields=["user", "joined_at"])
    happened = GuardianJoined(family=family.pk, guardian=row.pk)
    subject = f"family:{family.pk}"
    changed(happened, subject, "change", "guardian joined", actor=user, now=now, user=user.pk)
    return row


@operation
def let_guardian_out(
    *, family_id: int, guardian_id: int, actor: User | None, now: datetime
) -> None:
    """She sees nothing of the family any more, and what asked her in is gone; what she booked
    stays, it is the family's. By the one who registered it, by herself, or (no actor) by the
    platform.

    Raises GuardianGone, GuardianRefused.
    """
    family = lock_one(Family, family_id)
    row = family.guardians.filter(pk=guardian_id).first()
    if row is None:
        raise GuardianGone
    if actor is not None and row.user_id != actor.pk:
        _first_only(family, actor)
    happened = GuardianLeft(family=family.pk, guardian=row.pk, user=row.user_id)
    row.delete()
    subject = f"family:{family.pk}"
    gone = happened.user
    changed(happened, subject, "change", "guardian left", actor=actor, now=now, user=gone)


@operation
def keep_guardian_phone(*, user: User, number: str, now: datetime) -> None:
    """She has shown that she holds this (clean) number: her family's messages go there. Nothing for
    who was let into no family."""
    family_id = Guardian.objects.filter(user=user).values_list("family_id", flat=True).first()
    if family_id is None:
        return
    family = lock_one(Family, family_id)
    row = family.guardians.get(user=user)
    row.phone = number
    row.phone_index = phones.index(number)
    row.save(update_fields=["phone", "phone_index"])
    happened = FamilyDetailsCorrected(family=family.pk)
    changed(happened, f"family:{family.pk}", "change", "guardian phone", actor=user, now=now)


def _first_only(family: Family, actor: User) -> None:
    if family.user_id != actor.pk:
        raise GuardianRefused(why="first", most=MOST)
