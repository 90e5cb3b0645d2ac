"""One port: HTTP through the bridge to Django's WSGI handler, WebSocket to Channels."""

from __future__ import annotations

import logging
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")

from django.core.wsgi import get_wsgi_application

http = get_wsgi_application()  # sets Django up; what follows imports models

from django.conf import settings

from backend.common.asgi import Receive, Scope, Send
from backend.config.bridge import Bridge
from backend.live.process import Live
from backend.live.routing import sockets
from backend.web.checks import weaker_than_expected

bridge = Bridge(
    http,
    threads=settings.HTTP_THREADS,
    waiting=settings.HTTP_WAITING,
    body_bytes=settings.HTTP_BODY_BYTES,
    most_held=settings.HTTP_HELD_BYTES,
    uploads=settings.HTTP_UPLOADS,
)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await bridge(scope, receive, send)
    elif scope["type"] == "websocket":
        await sockets(scope, receive, send)
    elif scope["type"] == "lifespan":
        await lifespan(receive, send)


async def lifespan(receive: Receive, send: Send) -> None:
    await receive()
    for warning in weaker_than_expected():
        logging.getLogger(__name__).warning("%s", warning.msg)
    live = await Live.start()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await live.stop()
    bridge.pool.shutdown(wait=False, cancel_futures=True)
    await send({"type": "lifespan.shutdown.complete"})
