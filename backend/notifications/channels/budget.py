"""A channel that stops for the day when it has sent as many messages as it may: a fault that sends
without end costs no more than that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.conf import settings

from backend.common import clock
from backend.notifications.channels.base import Channel, Message, Refused, Sent, Unreachable
from backend.notifications.models import ChannelDay
from backend.notifications.operations.outside import give_back_to_budget, take_from_budget

ALARM = 0.8  # of a day's budget; above, an operator should look


class Spent(NamedTuple):
    channel: str
    taken: int
    most: int

    @property
    def alarming(self) -> bool:
        return self.taken >= ALARM * self.most


@dataclass(frozen=True)
class Budgeted:
    channel: Channel
    most: int  # messages a day

    @property
    def name(self) -> str:
        return self.channel.name

    def send(self, message: Message, address: str) -> Sent | Refused:
        """As the channel's. Raises Unreachable, with "over_budget" when the day's is used up."""
        day = take_from_budget(channel=self.name, most=self.most, now=clock.now())
        if day is None:
            raise Unreachable("over_budget")
        try:
            answer = self.channel.send(message, address)
        except Unreachable as trouble:
            if trouble.code != "slow":  # then nobody knows whether it was sent
                give_back_to_budget(channel=self.name, day=day)
            raise
        if isinstance(answer, Refused):
            give_back_to_budget(channel=self.name, day=day)
        return answer


def within_budget(channel: Channel) -> Channel:
    most = settings.CHANNEL_BUDGETS.get(channel.name)
    return channel if most is None else Budgeted(channel, most)


def spent(now: datetime) -> list[Spent]:
    """How much of today's budget each channel that is on has used."""
    on = {one.partition("-")[0] for one in settings.CHANNELS} & settings.CHANNEL_BUDGETS.keys()
    if not on:
        return []
    days = ChannelDay.objects.filter(day=clock.local_day(now)).values_list("channel", "taken")
    taken = dict(days)
    return [
        Spent(name, taken.get(name, 0), most)
        for name, most in settings.CHANNEL_BUDGETS.items()
        if name in on
    ]
