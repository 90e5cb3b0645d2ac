"""Brings every event to the hub, in order: at once through Redis, and from the table when a message
is missing or Redis is away."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence

import redis.asyncio as redis
from django.conf import settings
from django.db import DatabaseError

from backend.live.database import Database
from backend.live.history import History
from backend.live.hub import Hub
from backend.outbox import queries
from backend.outbox.doorbell import channel
from backend.outbox.sequencer import Stamped

log = logging.getLogger("moli.live")
LOOK = 1.0  # seconds between looks at the table: the net under a lost message
AGAIN = 1.0  # seconds until the next try to reach Redis
MOST = 2000  # events read in one look
REMEMBERED = (
    100_000  # events that a new process looks back over, to tell returning pages what they missed
)


class Feed:
    def __init__(self, hub: Hub, database: Database) -> None:
        self.hub = hub
        self.database = database
        self._looking = asyncio.Lock()

    async def begin(self) -> None:
        """Fill the hub's history; waits for the database."""
        while True:
            try:
                self.hub.history = await self.database.ask(past)
                self.hub.told = self.hub.history.position
                return
            except DatabaseError as error:
                log.warning("database away: %s", error)
                await asyncio.sleep(LOOK)

    async def listen(self) -> None:
        """Hear what the relay and the solver tell, for ever."""
        while True:
            # Says nothing itself, so that the kernel's own look at a silent line (redis-py asks for
            # it) notices one that was cut; what is sent on it would be repeated for a quarter of an
            # hour instead.
            client = redis.Redis.from_url(
                settings.REDIS_URL, socket_timeout=None, socket_connect_timeout=2
            )
            try:
                async with client.pubsub(ignore_subscribe_messages=True) as line:
                    await line.subscribe(channel("events"), channel("ticks"))
                    async for message in line.listen():
                        await self._heard(message["channel"].decode(), message["data"])
            except (redis.RedisError, OSError) as error:
                log.warning("Redis away: %s; looking at the table every second", error)
            finally:
                await client.aclose()
            await asyncio.sleep(AGAIN)

    async def _heard(self, name: str, data: bytes) -> None:
        try:
            told = json.loads(data)
            if name == channel("ticks"):
                self.hub.ticked(told["stream"], told["data"])
            elif not self.take(
                [Stamped(seq, kind, streams, {}, request) for seq, kind, streams, request in told]
            ):
                await self.look()
        except (ValueError, KeyError, TypeError):
            log.exception("a message that makes no sense on %s", name)

    def take(self, events: Sequence[Stamped]) -> bool:
        """Pass on what is next; False when an event between is missing."""
        for event in events:
            position = self.hub.history.position
            if event.seq > position + 1:
                return False
            if event.seq == position + 1:
                self.hub.happened(event.seq, event.kind, event.streams, event.request_id)
        return True

    async def watch(self) -> None:
        """Look at the table every second, for ever: one small statement when nothing is new."""
        while True:
            await asyncio.sleep(LOOK)
            try:
                await self.look()
            except DatabaseError as error:
                log.warning("database away: %s", error)

    async def look(self) -> None:
        async with self._looking:
            more = True
            while more:
                asked_from = self.hub.history.position
                newest, events = await self.database.ask(after, asked_from)
                more = len(events) == MOST
                if (
                    newest < asked_from
                    or (newest > self.hub.history.position and not events)
                    or not self.take(events)
                ):
                    self.hub.lost(newest)


def after(position: int) -> tuple[int, list[Stamped]]:
    """The newest number, and the events after `position` (the next MOST of them)."""
    newest = queries.newest()
    return newest, queries.events_after(position, MOST) if newest > position else []


def past() -> History:
    """What the table still tells of the last REMEMBERED events.

    With a number missing among them (an epoch), only of now.
    """
    told = queries.past(REMEMBERED)
    if told.events != told.position - told.floor:
        return History(told.position, told.position)
    return History(told.position, told.floor, told.newest.items())
