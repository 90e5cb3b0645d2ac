"""The access log: who read, exported or changed which protected row, and why. Append-only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from backend.accounts.models import Access, User
from backend.common import clock
from backend.common.request_id import request_id


def note_many(user: User, action: str, subjects: Iterable[str], reason: str) -> None:
    """As note(), of several rows that were shown together. One statement."""
    moment = clock.now()
    Access.objects.bulk_create(
        Access(
            user_id=user.pk,
            action=action,
            subject=subject,
            reason=reason[:200],
            request_id=request_id.get(),
            at=moment,
        )
        for subject in subjects
    )


def note(
    user: User | AnonymousUser | None,
    action: str,
    subject: str,
    reason: str = "",
    *,
    now: datetime | None = None,
) -> Access:
    """Write down one access: `action` is "read", "export", "create", "change" or "erase", `subject`
    names the row ("child:12").

    No personal data in `reason`. Operations hand in their `now`; a view may leave it out.
    """
    user_id = user.pk if user is not None else None
    return Access.objects.create(
        user_id=user_id,
        action=action,
        subject=subject,
        reason=reason[:200],
        request_id=request_id.get(),
        at=now or clock.now(),
    )
