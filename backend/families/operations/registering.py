"""Registering a family, changing it, and erasing everything personal of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backend.accounts import phones
from backend.accounts.models import User
from backend.common.languages import LANGUAGES
from backend.common.locking import hold_one, lock_one, operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.common.sealing import next_ids
from backend.common.spans import WeekSpan, merged
from backend.families.models import Family, FamilyAvailability
from backend.families.operations.children import ChildData, end_consents, enter_child
from backend.families.operations.of_family import changed
from backend.families.policy import coarse
from backend.families.queries import behind
from backend.outbox.kinds import (
    FamilyDetailsCorrected,
    FamilyErased,
    FamilyHoursChanged,
    FamilyRegistered,
)
from backend.places.models import Division


class AlreadyFamily(Refusal):
    """This account is of a family already. Facts: family."""

    code = "already_family"


@operation
def register_family(
    *,
    user: User,
    guardian_name: str,
    phone: str,
    street: Division,
    children: Sequence[ChildData],
    actor: User | None,
    now: datetime,
    point: tuple[float, float] | None = None,
    max_travel: int = 25,
    how: str = "page",
) -> Family:
    """Register a guardian with her children, all or nothing; `point` None: the middle of the
    street. What is kept of a point is coarse: it tells how far a session is, not where she lives.
    Raises AlreadyFamily, BadPhone, ChildRefused, ConsentNeeded.
    """
    hold_one(User, user.pk)
    if existing := Family.objects.filter(pk=behind(user)).first():
        raise AlreadyFamily(family=existing.pk)
    number = phones.clean(phone)
    (pk,) = next_ids(Family, 1)
    where = coarse(point) if point else street.point
    family = Family(
        pk=pk,
        user=user,
        number=f"F{pk:06d}",
        guardian_name=line(guardian_name),
        phone=number,
        phone_index=phones.index(number),
        street=street,
        latitude=where[0],
        longitude=where[1],
        max_travel=max_travel,
    )
    family.save(force_insert=True)
    for child in children:
        enter_child(family, child, how, now, user)
    changed(FamilyRegistered(family=pk), f"family:{pk}", "create", "", actor=actor, now=now)
    return family


@operation
def change_family(
    *,
    family_id: int,
    actor: User | None,
    now: datetime,
    phone: str | None = None,
    street: Division | None = None,
    max_travel: int | None = None,
    language: str | None = None,
    language_needed: bool = False,
) -> Family:
    """Change phone, street, how far the family travels, or what it would like somebody to speak
    ("" nothing; what is no language of ours is nothing); None leaves a thing as it is.

    Raises BadPhone.
    """
    family = lock_one(Family, family_id)
    if phone is not None:
        family.phone = phones.clean(phone)
        family.phone_index = phones.index(family.phone)
    if street is not None:
        family.street = street
        (family.latitude, family.longitude) = street.point
    if max_travel is not None:
        family.max_travel = max_travel
    if language is not None:
        family.language = language if language in LANGUAGES else ""
        family.language_needed = bool(family.language) and language_needed
    family.save()
    happened = FamilyDetailsCorrected(family=family.pk)
    changed(happened, f"family:{family.pk}", "change", "", actor=actor, now=now)
    return family


@operation
def change_family_hours(
    *, family_id: int, spans: Sequence[WeekSpan], actor: User | None, now: datetime
) -> None:
    """Say anew when the family can come: (weekday, from minute, to minute). Raises SpanRefused."""
    family = lock_one(Family, family_id)
    rows = [
        FamilyAvailability(family=family, weekday=day, start=start, end=end)
        for day, start, end in merged(spans)
    ]
    family.availability.all().delete()
    FamilyAvailability.objects.bulk_create(rows)
    happened = FamilyHoursChanged(family=family.pk)
    changed(happened, f"family:{family.pk}", "change", "hours", actor=actor, now=now)


@operation
def erase_registration(*, family_id: int, actor: User | None, now: datetime) -> None:
    """Erase everything personal: children, wishes, hours, name, phone, the link to the account. The
    number stays, for figures.

    Bookings must have been cancelled before: rights.operations.erase_family does both. Repeating
    it is nothing.
    """
    family = lock_one(Family, family_id)
    end_consents(family, list(family.children.values_list("pk", flat=True)), now)
    family.children.all().delete()
    for rows in (
        family.guardians,
        family.requests,
        family.availability,
        family.avoids,
        family.knows,
    ):
        rows.all().delete()
    was_active = family.active
    family.user = family.guardian_name = family.phone = family.phone_index = None
    family.latitude, family.longitude = family.street.point
    family.active = family.language_needed = False
    family.language = ""
    family.save()
    if was_active:
        happened = FamilyErased(family=family.pk)
        changed(happened, f"family:{family.pk}", "erase", "", actor=actor, now=now)
