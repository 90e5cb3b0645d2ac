"""What is noted about the ways out: how much went each way today, and what lets us in."""

from __future__ import annotations

from datetime import date, datetime

from backend.common.clock import local_day
from backend.common.locking import operation
from backend.common.prepared import run
from backend.notifications.models import ChannelDay, ProviderToken

TAKE = """
INSERT INTO notifications_channelday AS d (channel, day, taken) VALUES (%s, %s, 1)
ON CONFLICT (channel, day) DO UPDATE SET taken = d.taken + 1 WHERE d.taken < %s
RETURNING taken
"""
GIVE_BACK = """
UPDATE notifications_channelday SET taken = taken - 1
WHERE channel = %s AND day = %s AND taken > 0
"""


@operation
def take_from_budget(*, channel: str, most: int, now: datetime) -> date | None:
    """One message of the day's `most`: the day it was taken from, None when nothing is left. One
    statement, so that many at once never take more."""
    day = local_day(now)
    return day if run(TAKE, [channel, day, most]) else None


@operation
def give_back_to_budget(*, channel: str, day: date) -> None:
    """It was not sent after all."""
    run(GIVE_BACK, [channel, day])


@operation
def forget_budgets(*, now: datetime) -> int:
    """Remove the days before yesterday."""
    return ChannelDay.objects.filter(day__lt=local_day(now)).delete()[0]


@operation
def keep_token(*, provider: str, token: str, until: datetime) -> None:
    """It lets us in until then; the one before is gone. Of two workers that ask at once the
    provider has given both the same: the faster one's is kept."""
    ProviderToken.objects.filter(provider=provider).delete()
    row = ProviderToken(provider=provider, token=token, until=until)
    ProviderToken.objects.bulk_create([row], ignore_conflicts=True)
