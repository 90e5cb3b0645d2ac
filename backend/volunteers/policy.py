"""Who is under age, and what stands on a guardian's consent."""

from __future__ import annotations

from datetime import date, datetime

from backend.common.clock import local_day
from backend.volunteers.models import GuardianConsent, Volunteer

YOUNGEST = (
    14  # years; below, nobody registers (儿童个人信息网络保护规定: of children as little as can be)
)
OF_AGE = 18
CONSENT_TEXT = "2026-11"  # the version of what a guardian reads and agrees to


def of_age_on(year: int, month: int) -> date:
    """The first day on which somebody who was born in that month is certainly of age."""
    return date(year + OF_AGE + month // 12, month % 12 + 1, 1)


def is_too_young(year: int, month: int, today: date) -> bool:
    """She may not have turned fourteen yet."""
    return date(year + YOUNGEST + month // 12, month % 12 + 1, 1) > today


def is_minor(volunteer: Volunteer, now: datetime) -> bool:
    """By the clock: nobody has to note that she came of age."""
    return volunteer.of_age_on is not None and local_day(now) < volunteer.of_age_on


def needs_guardian(volunteer: Volunteer, now: datetime) -> bool:
    """She is under age and no guardian's consent stands."""
    if not is_minor(volunteer, now):
        return False
    consent = GuardianConsent.objects.filter(volunteer=volunteer).first()
    return consent is None or not consent.stands
