"""A channel that keeps what it is handed, and the whole way from events to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from backend.notifications.channels.base import Channel, Message, Refused, Sent
from backend.notifications.models import Delivery
from backend.notifications.operations import plan_deliveries, send_due
from backend.rota.policy import UNDO
from tests.factories import NOW
from tests.outbox.numbering import number_all


@dataclass
class Box:
    """Takes everything, or answers as told."""

    name: str = "file"
    got: list[tuple[str, Message]] = field(default_factory=list)
    answers: list[Sent | Refused | Exception] = field(default_factory=list)

    def send(self, message: Message, address: str) -> Sent | Refused:
        answer = self.answers.pop(0) if self.answers else Sent(f"r{len(self.got)}")
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Sent):
            self.got.append((address, message))
        return answer


def tell(*boxes: Channel, now: datetime = NOW) -> None:
    """Number the events, think of everybody, send what is due; the minute in which what was done by
    hand may be undone has passed."""
    number_all()
    channels: Mapping[str, Channel] = {box.name: box for box in boxes}
    plan_deliveries(now=now)
    new = Delivery.objects.filter(told_at=None, attempts=0, next_at__lte=now + UNDO)
    new.filter(next_at__gt=now).update(next_at=now)
    send_due(channels=channels, now=now)
