"""In which browsers somebody is signed in."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from backend.accounts.browsers import machine_of, program_of
from backend.accounts.models import SignIn, User
from backend.accounts.operations.person import tell_signed_out
from backend.common.locking import operation


@operation
def keep_sign_in(*, user: User, session_key: str, agent: str, now: datetime) -> None:
    """She has come in. `agent`: the header User-Agent."""
    said = {"program": program_of(agent), "machine": machine_of(agent)}
    SignIn.objects.update_or_create(
        session_key=session_key, defaults={"user": user, "at": now, **said}
    )


@operation
def move_sign_in(*, old: str, new: str) -> None:
    """The session goes on under another key."""
    SignIn.objects.filter(session_key=old).update(session_key=new)


@operation
def end_sign_in(*, user: User, pk: int, now: datetime) -> bool:
    """Sign her out there; False where it has ended before, or is not hers."""
    key = SignIn.objects.filter(user=user, pk=pk).values_list("session_key", flat=True).first()
    if key is None:
        return False
    SignIn.objects.filter(pk=pk).delete()
    ended, _what = Session.objects.filter(session_key=key).delete()
    tell_signed_out(user=user, now=now)
    return bool(ended)


@operation
def forget_sign_ins() -> None:
    """Those whose session is over."""
    there = Session.objects.filter(session_key=OuterRef("session_key"))
    SignIn.objects.exclude(Exists(there)).delete()
