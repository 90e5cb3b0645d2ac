"""Of whom a second factor is asked: of everybody who may see other people's data by her office."""

from __future__ import annotations

from collections.abc import Collection

from allauth.mfa.models import Authenticator
from django.conf import settings

from backend.accounts.models import User
from backend.organisations.queries import memberships

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes come with them


def is_asked_for(user: User) -> bool:
    """Coordinators, viewers, officers, operators and staff, where SECOND_FACTOR is on."""
    if not settings.SECOND_FACTOR:
        return False
    return user.is_staff or user.is_superuser or bool(memberships(user))


def lack(user_ids: Collection[int]) -> set[int]:
    """Those of them who have none. One statement."""
    rows = Authenticator.objects.filter(user_id__in=user_ids, type__in=FACTORS)
    return set(user_ids) - set(rows.values_list("user_id", flat=True))
