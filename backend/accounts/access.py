"""The access log: who read, exported or changed which protected row, and why. Append-only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser

from backend.accounts.models import Access, User
from backend.common import clock
from backend.common.request_id import request_id

AGAIN = timedelta(hours=1)


def note_many(
    user: User,
    action: str,
    subjects: Iterable[str],
    reason: str,
    *,
    now: datetime | None = None,
) -> None:
    """As note(), of several rows that were shown together. One statement."""
    moment = now or clock.now()
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


def note_again(user: User, subject: str, reason: str | None = None) -> None:
    """As note() of "read", for the part of a page that is fetched again when something moved: once
    in AGAIN, also for who fetches the part alone. A look for a `reason` is a look of its own."""
    moment = clock.now()
    lately = Access.objects.filter(user_id=user.pk, action="read", at__gt=moment - AGAIN)
    if reason is not None:
        lately = lately.filter(reason=reason)
    if not lately.filter(subject=subject).exists():
        note(user, "read", subject, reason or "", now=moment)


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
