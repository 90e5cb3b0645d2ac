"""The secret address of a calendar, and which version of each promise calendars have been told."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from backend.accounts.models import User
from backend.common.locking import operation
from backend.common.prepared import rows
from backend.common.sealing import blind_index
from backend.notifications.models import CalendarEntry, CalendarFeed

NOTE = """
INSERT INTO notifications_calendarentry AS e (uid, fingerprint, sequence, changed_at)
SELECT uid, fingerprint, 0, %s FROM unnest(%s::text[], %s::bytea[]) AS told (uid, fingerprint)
ON CONFLICT (uid) DO UPDATE SET
    sequence = e.sequence + 1, fingerprint = excluded.fingerprint, changed_at = excluded.changed_at
WHERE e.fingerprint <> excluded.fingerprint
RETURNING uid, sequence, changed_at
"""


KEPT = timedelta(days=400)  # far longer than anything stands in a calendar


class Version(NamedTuple):
    sequence: int
    changed_at: datetime


@operation
def renew_feed(*, user: User, now: datetime) -> str:
    """A new secret address for her calendar: its token. The old one opens nothing any more. Of two
    taps at once the faster one's is kept."""
    token = secrets.token_urlsafe(24)
    CalendarFeed.objects.filter(user=user).delete()
    row = CalendarFeed(user=user, token=token, mark=mark_of(token), made_at=now)
    CalendarFeed.objects.bulk_create([row], ignore_conflicts=True)
    return token


@operation
def stop_feed(*, user: User) -> None:
    """Her calendar is to be read by nobody."""
    CalendarFeed.objects.filter(user=user).delete()


def feed_of(token: str) -> CalendarFeed | None:
    feeds = CalendarFeed.objects.select_related("user")
    return feeds.filter(mark=mark_of(token), user__is_active=True).first()


def mark_of(token: str) -> bytes:
    return blind_index(token, "calendar")


def known(uids: list[str]) -> set[str]:
    """Those that a calendar has been told of."""
    return set(CalendarEntry.objects.filter(uid__in=uids).values_list("uid", flat=True))


@operation
def note_versions(*, told: Mapping[str, bytes], now: datetime) -> dict[str, Version]:
    """The version of each promise when its fingerprint is this: one more than before when it has
    changed. Nothing is written when nothing has."""
    entries = CalendarEntry.objects.filter(uid__in=list(told))
    found = {e.uid: (bytes(e.fingerprint), Version(e.sequence, e.changed_at)) for e in entries}
    versions = {uid: version for uid, (_, version) in found.items()}
    new = sorted(uid for uid in told if uid not in found or found[uid][0] != told[uid])
    if new:
        noted = rows(NOTE, [now, new, [told[uid] for uid in new]])
        versions |= {uid: Version(sequence, at) for uid, sequence, at in noted}
    return versions


@operation
def forget_versions(*, now: datetime) -> int:
    """Remove what no calendar shows any more."""
    return CalendarEntry.objects.filter(changed_at__lt=now - KEPT).delete()[0]
