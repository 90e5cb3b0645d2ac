"""Where somebody is signed in, and which accounts are one person's."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from backend.accounts.models import Phone, SignIn, User


def other_sign_ins(user: User, session_key: str, now: datetime) -> list[SignIn]:
    """The browsers whose session is not over, but for the one of this session; the newest sign-in
    first."""
    there = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
    rows = SignIn.objects.filter(Exists(there), user=user).exclude(session_key=session_key)
    return list(rows.order_by("-at", "-pk"))


def are_one_person(one: int, other: int) -> bool:
    """The same account, or two that one telephone opens: whoever holds it acts as both, so the yes
    of one is no second person's. That somebody has two telephones nothing here can know."""
    if one == other:
        return True
    numbers = Phone.objects.filter(user=one).values("number_index")
    return Phone.objects.filter(user=other, number_index__in=numbers).exists()
