"""When a message may ring a telephone: never between 21:00 and 08:00, unless morning is too
late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from backend.common.deadlines import next_waking
from backend.notifications.shape import MessageKind, Night
from backend.words.saying import About

TO_ACT = timedelta(hours=3)  # what begins or runs out sooner after the morning cannot wait for it


def goes_out_at(kind: MessageKind, things: Iterable[About], now: datetime) -> datetime:
    """`now`, or the morning. `things`: what she has not been told outside before."""
    morning = next_waking(now)
    if morning == now or kind.night is Night.NOW:
        return now
    if kind.night is Night.WAITS_UNLESS_NEAR and _is_near(things, morning + TO_ACT):
        return now
    return morning


def _is_near(things: Iterable[About], late: datetime) -> bool:
    for one in things:
        starts_at = one.agreed.starts_at if one.agreed else None
        if any(moment is not None and moment <= late for moment in (starts_at, one.answer_by)):
            return True
    return False
