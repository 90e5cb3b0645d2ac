"""Where somebody is signed in."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from backend.accounts.models import SignIn, User


def other_sign_ins(user: User, session_key: str, now: datetime) -> list[SignIn]:
    """The browsers whose session is not over, but for the one of this session; the newest sign-in
    first."""
    there = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
    rows = SignIn.objects.filter(Exists(there), user=user).exclude(session_key=session_key)
    return list(rows.order_by("-at", "-pk"))
