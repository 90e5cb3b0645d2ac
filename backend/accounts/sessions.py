"""Sessions in the database, as Django keeps them; reading one is the first thing that every request
does."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from backend.common.prepared import SOME_TIME, Prepared

_live = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), "", SOME_TIME
)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found = _live(self.session_key or "", timezone.now())
        if not found:
            self._session_key = None
            return None
        return found[0]
