"""Another phone number, everywhere where she is known by hers."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.accounts.operations import keep_phone
from backend.common.locking import operation
from backend.families.models import Family
from backend.families.operations import change_family, keep_guardian_phone
from backend.volunteers.models import Volunteer
from backend.volunteers.operations import correct_contact


@operation
def take_number(*, user: User, number: str, now: datetime) -> None:
    """She has shown that she holds this (clean) number: she comes in by it, and is called there, as
    a volunteer and as a family."""
    keep_phone(user=user, number=number, now=now)
    for volunteer in Volunteer.objects.filter(user=user).values_list("pk", flat=True):
        correct_contact(volunteer_id=volunteer, phone=number, actor=user, now=now)
    for family in Family.objects.filter(user=user, active=True).values_list("pk", flat=True):
        change_family(family_id=family, phone=number, actor=user, now=now)
    keep_guardian_phone(user=user, number=number, now=now)
