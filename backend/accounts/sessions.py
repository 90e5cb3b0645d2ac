"""Sessions in the database, as Django keeps them; reading one is the first thing that every request
does."""

from __future__ import annotations

import re

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from backend.accounts.operations import move_sign_in
from backend.common.prepared import SOME_TIME, Prepared

_live = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), "", SOME_TIME
)


KEY = re.compile(r"[a-z0-9]{32}")  # as Django makes them


def is_key(given: str) -> bool:
    """Whether a cookie's value can be a session's key: nothing else is asked of the database, which
    fails on a NUL, for everybody who is asked for together."""
    return KEY.fullmatch(given) is not None


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and is_key(key)

    def cycle_key(self) -> None:
        """She stays signed in under another key, and so does what she sees of it."""
        old = self.session_key
        super().cycle_key()
        if old and self.session_key:
            move_sign_in(old=old, new=self.session_key)

    def _get_session_from_db(self) -> Session | None:
        found = _live(self.session_key or "", timezone.now())
        if not found:
            self._session_key = None
            return None
        return found[0]
