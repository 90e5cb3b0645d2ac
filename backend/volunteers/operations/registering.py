"""Registering a volunteer once, whatever list she stands on, and keeping her contact right."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime

from backend.accounts import phones
from backend.accounts.models import User
from backend.common.clock import local_day
from backend.common.locking import lock_one, operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.common.sealing import blind_index, next_ids
from backend.organisations.models import Organisation
from backend.organisations.policy import ACTS
from backend.organisations.queries import scope_paths, within
from backend.outbox.kinds import (
    ContactCorrected,
    VolunteerRegistered,
)
from backend.places.models import Division
from backend.places.queries import home_point
from backend.programmes.models import Programme
from backend.volunteers import identity
from backend.volunteers.models import Volunteer
from backend.volunteers.names import spell
from backend.volunteers.operations.telling import changed
from backend.volunteers.policy import is_minor_by

LONGEST = 40
CONTACT = "contact"  # in the log: how she is called and reached was put right


class NameRefused(Refusal):
    """No name, or one that is too long. Facts: most."""

    code = "name_refused"


class AlreadyRegistered(Refusal):
    """Somebody whom the actor may write about has this identity number. Facts: volunteer (id),
    number (public)."""

    code = "already_registered"


class UnderAge(Refusal):
    """Her identity number says that she is under age: who is comes in by herself, with her
    guardian's yes (operations.minors), and by no list."""

    code = "under_age"


@operation
def register_volunteer(
    *,
    name: str,
    organisation: Organisation,
    street: Division,
    phone: str,
    actor: User | None,
    now: datetime,
    identity_number: str | None = None,
    programmes: Iterable[Programme] = (),
    point: tuple[float, float] | None = None,
    user: User | None = None,
) -> Volunteer:
    """Register a volunteer; `point` None: the middle of her street. Raises NameRefused, BadPhone,
    BadIdentity, UnderAge, AlreadyRegistered.

    Of somebody outside what the actor coordinates nothing is said: a guessed identity number is
    taken like any other; who sees both rows is shown that they are one (planning.queries.register).
    """
    number = phones.clean(phone)
    sealed, index = _sealed(identity_number, actor, now)
    (pk,) = next_ids(Volunteer, 1)
    row = Volunteer(
        pk=pk,
        number=f"V{pk:06d}",
        name=clean_name(name),
        identity_number=sealed,
        identity_index=index,
        phone=number,
        phone_index=phones.index(number),
        organisation=organisation,
        street=street,
        user=user,
    )
    _spell(row)
    (row.latitude, row.longitude) = point or street.point
    row.save(force_insert=True)
    row.programmes.set(programmes)
    changed(VolunteerRegistered(volunteer=pk), "create", "", actor=actor, now=now)
    return row


@operation
def correct_contact(
    *,
    volunteer_id: int,
    actor: User | None,
    now: datetime,
    name: str | None = None,
    name_pinyin: str | None = None,
    phone: str | None = None,
    street: Division | None = None,
) -> Volunteer:
    """Put right a name (or only how it is spelled), a phone, the home street; None leaves a thing
    as it is.

    Raises NameRefused, BadPhone.
    """
    row = lock_one(Volunteer, volunteer_id)
    if name is not None:
        row.name = clean_name(name)
    if name is not None or name_pinyin is not None:
        _spell(row, name_pinyin)
    if phone is not None:
        row.phone = phones.clean(phone)
        row.phone_index = phones.index(row.phone)
    if street is not None:
        row.street = street
        (row.latitude, row.longitude) = home_point(street)
    row.save()
    changed(ContactCorrected(volunteer=row.pk), "change", CONTACT, actor=actor, now=now)
    return row


def _sealed(
    number: str | None, actor: User | None, now: datetime
) -> tuple[str | None, bytes | None]:
    """The identity number as it is stored, and its index."""
    if not number:
        return None, None
    sealed = identity.clean(number, today=local_day(now))
    if is_minor_by(sealed, local_day(now)):
        raise UnderAge
    index = blind_index(sealed, "identity")
    if known := _known(index, actor):
        raise AlreadyRegistered(volunteer=known.pk, number=known.number)
    return sealed, index


def _spell(row: Volunteer, pinyin: str | None = None) -> None:
    spelled = spell(pinyin or row.name)
    row.name_pinyin = spelled.pinyin
    row.name_initials = spelled.initials
    row.sort_key = spelled.sort_key


def _known(index: bytes, actor: User | None) -> Volunteer | None:
    """Who has this identity number, of those whom the actor may write about (no actor: of all)."""
    rows = Volunteer.objects.filter(identity_index=index)
    if actor is not None:
        rows = rows.filter(within(scope_paths(actor, ACTS), "organisation__path"))
    return rows.order_by("pk").first()


def clean_name(name: str) -> str:
    name = line(unicodedata.normalize("NFKC", name))
    if not name or len(name) > LONGEST:
        raise NameRefused(most=LONGEST)
    return name
