"""The one address of the sockets, and who is turned away before it."""

from __future__ import annotations

from urllib.parse import urlsplit

from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path

from backend.common.asgi import Receive, Scope, Send
from backend.live.consumer import LiveConsumer

ADDRESS = "live/"

of_our_own_pages = AllowedHostsOriginValidator(URLRouter([path(ADDRESS, LiveConsumer.as_asgi())]))


async def sockets(scope: Scope, receive: Receive, send: Send) -> None:
    """A socket of another address, or of an origin that cannot be read, is refused with 403; both
    are faults to those who look at them next. Who it is: backend.live.door."""
    if scope["path"] == f"/{ADDRESS}" and _readable_origin(scope):
        await of_our_own_pages(scope, receive, send)
    else:
        await receive()  # websocket.connect
        await send({"type": "websocket.close"})


def _readable_origin(scope: Scope) -> bool:
    try:
        for name, value in scope["headers"]:
            if name == b"origin":
                urlsplit(value.decode("latin-1"))
    except ValueError:
        return False
    return True
