"""Signing in with a phone number and a password, for volunteers and guardians."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet
from django.http import HttpRequest

from backend.accounts import phones
from backend.accounts.attempts import PEOPLE
from backend.accounts.backends import KeptUser
from backend.accounts.models import Phone, User
from backend.families.models import Family
from backend.volunteers.models import Volunteer

NOBODY = 0  # no user has it; of an empty list nothing is asked


class PhoneBackend(KeptUser):
    """Finds the account behind a phone through its keyed hash. Where several people share one
    phone, the password decides; where it fits more than one of them, nobody is signed in.

    For every phone PEOPLE passwords are hashed and the same is asked of the database, so that the
    time that an answer takes does not tell who is registered here.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: object,
    ) -> User | None:
        try:
            index = phones.index(phones.clean(username or ""))
        except phones.BadPhone:
            return None
        people = list(User.objects.filter(pk__in=[*owners_of(index), NOBODY]))
        fitting = [user for user in people if user.check_password(password or "")]
        for _ in range(PEOPLE - len(people)):
            make_password(password or "")
        if len(fitting) == 1 and self.user_can_authenticate(fitting[0]):
            return fitting[0]
        return None

    def owners(self, typed: str) -> set[int]:
        """Whose phone that is."""
        try:
            return owners_of(phones.index(phones.clean(typed)))
        except phones.BadPhone:
            return set()


def at_work(user_ids: Collection[int]) -> QuerySet[User]:
    """Those of them that may sign in."""
    return User.objects.filter(pk__in=user_ids, is_active=True)


def owners_of(index: bytes) -> set[int]:
    """Who comes in by this number: who has shown that she holds it, and whoever is registered with
    it and has not yet shown that she holds any."""
    found: set[int] = set()
    for model in (Volunteer, Family):
        rows = model.objects.filter(
            phone_index=index, user__isnull=False, user__own_phone__isnull=True
        )
        found |= {pk for pk in rows.values_list("user_id", flat=True) if pk is not None}
    # last: who shows it at this moment is found by the one or by the other
    return found | set(Phone.objects.filter(number_index=index).values_list("user_id", flat=True))
