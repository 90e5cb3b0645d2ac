"""Who may sign in by name and password, and who is behind a session."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend

from backend.accounts.models import User
from backend.common.kept import Kept

_by_key = Kept(lambda pk: User.objects.filter(pk=pk), 0)


class KeptUser(ModelBackend):
    """Every request of a signed-in person asks for her row."""

    def get_user(self, user_id: int) -> User | None:
        found = _by_key(user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None


class NameBackend(KeptUser, AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """By user name, as allauth does it."""
