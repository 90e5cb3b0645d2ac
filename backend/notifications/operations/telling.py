"""The whole way from what happened to what people hear."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from backend.common.alone import alone_at
from backend.common.pieces import GoOn, to_the_end
from backend.notifications.channels.base import Channel
from backend.notifications.operations.planning import plan_deliveries
from backend.notifications.operations.sending import send_due

TELLING = 0x74656C6C  # advisory: a worker that waits for a slow provider leaves the others free


def tell_everybody(
    *, channels: Mapping[str, Channel], now: datetime, go_on: GoOn = to_the_end
) -> None:
    """Think of everybody whom something concerns since the last time, and send what is due. While
    somebody else is at it there is nothing to do: what is new is told in the next turn."""
    with alone_at(TELLING) as mine:
        if mine:
            plan_deliveries(now=now, go_on=go_on)
            send_due(channels=channels, now=now, go_on=go_on)
