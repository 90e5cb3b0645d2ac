"""Who may sign in by name and password, and who is behind a session."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from backend.accounts import phones
from backend.accounts.models import User
from backend.common.prepared import Prepared

_by_key = Prepared(lambda pk: User.objects.filter(pk=pk), 0)


class KeptUser(ModelBackend):
    """Every request of a signed-in person asks for her row."""

    def get_user(self, user_id: int) -> User | None:
        found = _by_key(user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None


class NameBackend(KeptUser, AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """By user name, as allauth does it."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: object,
    ) -> User | None:
        """Of what can only be a phone the work is PhoneBackend's, whether somebody has it or
        not."""
        typed = username or ""
        if _is_phone(typed) and not self.owners(typed):
            return None
        found: User | None = super().authenticate(
            request, username=username, password=password, **kwargs
        )
        return found

    def owners(self, typed: str) -> set[int]:
        return set(User.objects.filter(username__iexact=typed[:150]).values_list("pk", flat=True))


def _is_phone(typed: str) -> bool:
    try:
        phones.clean(typed)
    except phones.BadPhone:
        return False
    return True
