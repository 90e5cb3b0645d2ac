"""The whole way from what happened to what people hear."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from backend.common.pieces import GoOn, to_the_end
from backend.notifications.channels.base import Channel
from backend.notifications.operations.planning import plan_deliveries
from backend.notifications.operations.sending import send_due


def tell_everybody(
    *, channels: Mapping[str, Channel], now: datetime, go_on: GoOn = to_the_end
) -> None:
    """Think of everybody whom something concerns since the last time, and send what is due."""
    plan_deliveries(now=now, go_on=go_on)
    send_due(channels=channels, now=now, go_on=go_on)
