"""Who is under age, and what stands on a guardian's consent."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime

from django.db.models import Q

from backend.accounts import phones
from backend.common.clock import local_day
from backend.common.under_age import under_age
from backend.volunteers import identity
from backend.volunteers.models import GuardianConsent, Volunteer

YOUNGEST = (
    14  # years; below, nobody registers (儿童个人信息网络保护规定: of children as little as can be)
)
OF_AGE = 18
NAMES_HAVE = " ·•-'’"  # beside letters
LONGEST_SAID = 20  # characters
CONSENT_TEXT = "2026-11"  # the version of what a guardian reads and agrees to


def of_age_on(year: int, month: int) -> date:
    """The first day on which somebody who was born in that month is certainly of age."""
    return date(year + OF_AGE + month // 12, month % 12 + 1, 1)


def is_minor_by(number: str, today: date) -> bool:
    """An identity number (clean) says that she is under age."""
    born = identity.born(number)
    return today < birthday(born, OF_AGE)


def birthday(born: date, years: int) -> date:
    """The day on which she turns so old; who was born on the 29th of February does on the 1st of
    March where there is none."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def is_too_young(year: int, month: int, today: date) -> bool:
    """She may not have turned fourteen yet."""
    return date(year + YOUNGEST + month // 12, month % 12 + 1, 1) > today


def said_to_strangers(name: str) -> str:
    """What is left of a name in a message to a telephone that she named and that nobody has shown
    to hold: letters, as names have them, so that nobody sends a stranger an address or a number in
    the federation's name."""
    kept = (c for c in name if unicodedata.category(c)[0] in "LM" or c in NAMES_HAVE)
    return " ".join("".join(kept).split())[:LONGEST_SAID]


def is_minor(volunteer: Volunteer, now: datetime) -> bool:
    """By the clock: nobody has to note that she came of age."""
    return under_age(volunteer.of_age_on, local_day(now))


def needs_guardian(volunteer: Volunteer, now: datetime) -> bool:
    """She is under age and no guardian's consent stands."""
    if not is_minor(volunteer, now):
        return False
    consent = GuardianConsent.objects.filter(volunteer=volunteer).first()
    return consent is None or not consent.stands


def is_number_of_minor(number: str, now: datetime) -> bool:
    """Somebody under age is registered with this (clean) number, or comes in by it: no guardian
    says yes by it."""
    index = phones.index(number)
    holders = Volunteer.objects.filter(
        Q(phone_index=index) | Q(user__own_phone__number_index=index), of_age_on__isnull=False
    )
    return any(is_minor(her, now) for her in holders.only("of_age_on"))


def consents_by(number: str) -> bool:
    """A guardian's consent stands that was given by this (clean) number. The numbers are sealed and
    few: each is opened."""
    standing = GuardianConsent.objects.filter(given_at__isnull=False, withdrawn_at=None)
    return any(one.phone == number for one in standing.only("phone"))
