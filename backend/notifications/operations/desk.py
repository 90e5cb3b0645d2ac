"""What could not be sent, in the hands of an operator."""

from __future__ import annotations

from datetime import datetime

from backend.common.locking import operation
from backend.notifications.models import Delivery


@operation
def send_again(*, channel: str, trouble: str, now: datetime) -> int:
    """Try anew whatever was given up on this channel for this trouble; how many. What is true no
    more becomes moot as it is taken up. Repeating is nothing."""
    return _given_up(channel, trouble, state=Delivery.State.WAITING, attempts=0, next_at=now)


@operation
def drop_messages(*, channel: str, trouble: str) -> int:
    """Give them up for good: the inbox alone has told it. How many. Repeating is nothing."""
    return _given_up(channel, trouble, state=Delivery.State.DROPPED)


def _given_up(channel: str, trouble: str, **values: object) -> int:
    rows = Delivery.objects.filter(state=Delivery.State.GIVEN_UP, channel=channel, trouble=trouble)
    return rows.update(**values)
