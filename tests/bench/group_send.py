"""The control: the same announcement the way Channels offers it, a group and a consumer for each
socket, each told on its own.

`python -m tests.bench.group_send FD` is its web process; `Sender` announces from outside, as a
worker would.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")

import uvicorn
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import channel_layers
from channels.routing import URLRouter
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings
from django.urls import path

GROUP = "everybody"


def layer() -> RedisPubSubChannelLayer:
    return RedisPubSubChannelLayer(hosts=[{"address": settings.REDIS_URL}], prefix="control")


class Told(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()
        await self.send('{"t":"hello","seq":0}')

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def tell(self, message: dict[str, Any]) -> None:
        await self.send(message["text"])


class Sender:
    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.layer = layer()

    def tell(self, seq: int, stream: str = "session.1") -> None:
        text = f'{{"t":"ev","seq":{seq},"streams":["{stream}"]}}'
        self.loop.run_until_complete(self.layer.group_send(GROUP, {"type": "tell", "text": text}))


def serve(application: Any, descriptor: int) -> None:
    config = uvicorn.Config(
        application,
        ws="websockets-sansio",
        ws_max_size=4096,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    channel_layers.set("default", layer())
    serve(URLRouter([path("live/", Told.as_asgi())]), int(sys.argv[1]))
