"""A page's socket, thin: let in, told what changed, nothing else. No business verb ever comes over
it.

?since=N&streams=rota.12,run.3   the page's position and what it shows
{"t":"ping"}                     I am still here
{"t":"listen","since":N,"streams":[…]}   a fragment was read anew; these are now all the streams
that the page shows
"""

from __future__ import annotations

import asyncio
import json
from urllib.parse import parse_qs

from channels.consumer import AsyncConsumer
from django.conf import settings
from django.db import DatabaseError
from django.http.cookie import parse_cookie

from backend.accounts.sessions import is_key
from backend.common.asgi import Message, Receive, Scope, Send
from backend.common.client import socket_ip
from backend.common.reading import whole_number
from backend.live import frames
from backend.live.door import NotAdmitted
from backend.live.hub import TRY_LATER
from backend.live.permissions import STREAM
from backend.live.process import Live
from backend.live.socket import Socket

MOST_STREAMS = 400
START = 10.0  # seconds that a socket waits for a process that has just started
NONSENSE = 4400  # close code


class Nonsense(ValueError):
    """The page said something that live.js never says."""


class LiveConsumer(AsyncConsumer):  # type: ignore[misc]  # channels has no types
    """Listens to its own line only: delivery is the hub's, so there is no channel layer and no task
    per message."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        await send(
            {"type": "websocket.accept"}
        )  # before any refusal, so that the page learns its code
        self.live = Live.here
        self.socket: Socket | None = None
        try:
            await self._enter(scope, send)
            while (message := await receive())["type"] == "websocket.receive":
                await self._said(message)
        except NotAdmitted as refused:
            await self._close(send, refused.code)
        except Nonsense:
            await self._close(send, NONSENSE)
        except (DatabaseError, TimeoutError):
            await self._close(send, TRY_LATER)
        finally:
            if self.live is not None and self.socket is not None:
                self.live.hub.leave(self.socket)

    async def _enter(self, scope: Scope, send: Send) -> None:
        since, streams = asked(scope["query_string"])
        if self.live is None:
            raise TimeoutError
        if not self.live.ready.is_set():
            await asyncio.wait_for(self.live.ready.wait(), START)
        hub = self.live.hub
        asked_at = hub.history.position
        key = session_key(scope)
        if not key:  # before the database is asked for whoever comes a thousand times
            hub.crowd.let_in(socket_ip(scope))
        visitor, refused = await self.live.door.admit(key, streams)
        self.socket = Socket(
            send,
            visitor,
            streams - refused,
            heard=asyncio.get_running_loop().time(),
            on_free=hub.catch_up,
            address=socket_ip(scope),
        )
        hub.join(self.socket, since, asked_at, refused)

    async def _said(self, message: Message) -> None:
        assert self.live is not None and self.socket is not None
        self.socket.heard = asyncio.get_running_loop().time()
        try:
            said = json.loads(message.get("text") or "")
            if said["t"] == "listen":
                streams = checked(said["streams"])
                since = position(said["since"])
                asked_at = self.live.hub.history.position
                _, refused = await self.live.door.admit(self.socket.visitor.session, streams)
                self.live.hub.listen(self.socket, streams - refused, since, asked_at, refused)
            elif said["t"] != "ping":
                raise Nonsense(said["t"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Nonsense from error

    async def _close(self, send: Send, code: int) -> None:
        try:
            await send(frames.close(code))
        except OSError:
            pass  # the page left meanwhile


def session_key(scope: Scope) -> str:
    """The key of her session; "" where her cookie has none, or what cannot be one."""
    for name, value in scope["headers"]:
        if name == b"cookie":
            key = parse_cookie(value.decode("latin-1")).get(settings.SESSION_COOKIE_NAME, "")
            return key if is_key(key) else ""
    return ""


def asked(query: bytes) -> tuple[int | None, set[str]]:
    """The position and the streams of the address. Raises Nonsense."""
    fields = parse_qs(query.decode("latin-1"))
    since = fields.get("since", [""])[0]
    streams = fields.get("streams", [""])[0]
    return position(since) if since else None, checked(streams.split(",") if streams else [])


def position(since: object) -> int:
    """The number of an event, as a number or as a text of digits. Raises Nonsense."""
    number = whole_number(str(since)) if type(since) in (int, str) else None
    if number is None:
        raise Nonsense("since")
    return number


def checked(streams: object) -> set[str]:
    if not isinstance(streams, list) or len(streams) > MOST_STREAMS:
        raise Nonsense("streams")
    if not all(isinstance(stream, str) and STREAM.fullmatch(stream) for stream in streams):
        raise Nonsense("streams")
    return set(streams)
