"""A real web process side and a real relay, as threads of the test on its own database, and sockets
that talk to them."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
import websockets
from django.conf import settings
from django.db import connections
from django.test import Client

from backend.accounts.models import User
from backend.launcher.protocol import PatientProtocol, PatientSocket
from backend.outbox import doorbell
from tests.patience import patience


@dataclass
class Page:
    """What live.js does, without the browser: keeps the position, collects frames."""

    line: websockets.ClientConnection
    frames: list[dict[str, Any]] = field(default_factory=list)

    async def next(self, kind: str, seconds: float = 5.0) -> dict[str, Any]:
        """The next frame of that kind; others before it are kept in `frames`."""
        return await self._next(kind, patience(seconds))

    async def _next(self, kind: str, seconds: float) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            while True:
                frame = json.loads(await self.line.recv())
                self.frames.append(frame)
                if frame["t"] == kind:
                    return frame

    async def silence(self, seconds: float = 0.3) -> None:
        """Nothing but heartbeats comes for so long."""
        try:
            frame = await self._next("ev", seconds)
        except TimeoutError:
            return
        raise AssertionError(f"unexpected {frame}")

    async def closed(self, seconds: float = 5.0) -> int:
        """The code with which the server closes the line."""
        async with asyncio.timeout(patience(seconds)):
            try:
                while True:
                    self.frames.append(json.loads(await self.line.recv()))
            except websockets.ConnectionClosed:
                assert self.line.close_code is not None
                return self.line.close_code


@dataclass(frozen=True)
class Web:
    port: int

    @asynccontextmanager
    async def page(
        self,
        streams: str = "",
        since: int | str = "",
        user: User | None = None,
        origin: str | None = None,
        cookie: str = "",
    ) -> AsyncIterator[Page]:
        headers = {"Cookie": cookie or (await asyncio.to_thread(cookie_of, user) if user else "")}
        address = f"ws://127.0.0.1:{self.port}/live/?since={since}&streams={streams}"
        own = f"http://127.0.0.1:{self.port}"
        async with websockets.connect(
            address, additional_headers=headers, origin=origin or own, compression=None
        ) as line:  # type: ignore[arg-type]
            yield Page(line)


async def hears_ticks() -> None:
    """Until a web side listens to Redis; a tick from before then is lost without harm."""
    async with asyncio.timeout(patience(10)):
        while not (
            await asyncio.to_thread(doorbell.client().pubsub_numsub, doorbell.channel("ticks"))
        )[0][1]:
            await asyncio.sleep(0.02)


def cookie_of(user: User, keep: bool = False) -> str:
    """A signed-in cookie. `keep` this thread's connection: it is a test's own transaction."""
    client = Client()
    client.force_login(user)
    if not keep:
        connections.close_all()
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def in_thread(work: Callable[[], None]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


@pytest.fixture
def relay(transactional_db: None) -> Iterator[None]:
    from scheduler.relay import serve

    ended = threading.Event()
    thread = in_thread(lambda: serve(ended.is_set))
    yield
    ended.set()
    thread.join(10)


@pytest.fixture
def web(transactional_db: None) -> Iterator[Web]:
    from backend.config.asgi import application

    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        application,
        http=PatientProtocol,
        ws=PatientSocket,
        ws_max_size=4096,
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = in_thread(lambda: server.run(sockets=[listener]))
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield Web(listener.getsockname()[1])
    server.should_exit = True
    thread.join(10)
    listener.close()
