"""Signing in with a phone number and a password, for volunteers and guardians."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from backend.accounts import phones
from backend.accounts.backends import KeptUser
from backend.accounts.models import User
from backend.families.models import Family
from backend.volunteers.models import Volunteer


class PhoneBackend(KeptUser):
    """Finds the account behind a phone through its keyed hash. Where several people share one
    phone, the password decides; where it fits more than one of them, nobody is signed in."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        try:
            index = phones.index(phones.clean(username or ""))
        except phones.BadPhone:
            return None
        owners = set()
        for model in (Volunteer, Family):
            owners |= set(
                model.objects.filter(phone_index=index, user__isnull=False).values_list(
                    "user_id", flat=True
                )
            )
        fitting = [
            user
            for user in User.objects.filter(pk__in=owners)
            if user.check_password(password or "")
        ]
        if len(fitting) == 1 and self.user_can_authenticate(fitting[0]):
            return fitting[0]
        return None
