"""The control of the stalled phone: one subscription a process as ours, but every line is waited
for in turn.

`python -m tests.bench.naive_hub FD` is its web process. It hears the same relay and the same ticks.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any
from urllib.parse import parse_qs

import redis.asyncio as redis
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import URLRouter
from django.conf import settings
from django.urls import path

from backend.outbox.doorbell import channel
from tests.bench.group_send import serve


class Told(AsyncWebsocketConsumer):
    lines: dict[Told, set[str]] = {}
    feed: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        await self.accept()
        Told.feed = Told.feed or asyncio.create_task(listen())
        self.lines[self] = set(
            parse_qs(self.scope["query_string"].decode())["streams"][0].split(",")
        )
        await self.send('{"t":"hello","seq":0}')

    async def disconnect(self, code: int) -> None:
        self.lines.pop(self, None)


async def listen() -> None:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=None)
    async with client.pubsub(ignore_subscribe_messages=True) as line:
        await line.subscribe(channel("events"), channel("ticks"))
        async for message in line.listen():
            told = json.loads(message["data"])
            if isinstance(told, dict):
                await tell({told["stream"]}, json.dumps({"t": "tick", **told}))
            else:
                for seq, _kind, streams, _request in told:
                    await tell(
                        set(streams),
                        json.dumps(
                            {"t": "ev", "seq": seq, "streams": streams}, separators=(",", ":")
                        ),
                    )


async def tell(streams: set[str], text: str) -> None:
    for line, hers in list(Told.lines.items()):
        if streams & hers:
            await line.send(text)


if __name__ == "__main__":
    application: Any = URLRouter([path("live/", Told.as_asgi())])
    serve(application, int(sys.argv[1]))
