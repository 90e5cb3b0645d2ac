"""A dead Redis is a delay and not a loss; a line that takes nothing is nobody else's trouble.

Real Valkey, real sockets.
"""

from __future__ import annotations

import asyncio
import json
import socket as network
from collections.abc import Iterator
from typing import Any

import pytest

from backend.live.feed import Feed
from backend.live.process import Live
from backend.outbox import doorbell
from tests.factories import make_rota, make_session
from tests.live.conftest import Web, hears_ticks
from tests.live.test_sockets import happened, tell_until
from tests.patience import patience
from tests.scheduler.processes import Valkey, valkey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bell(settings: Any) -> Iterator[Valkey]:
    """A Valkey of this test's own, for the web side and the relay."""
    with valkey() as server:
        settings.REDIS_URL = server.url
        doorbell.client.cache_clear()
        yield server
        doorbell.client.cache_clear()
        doorbell._silent_until = 0.0


@pytest.fixture
def stream(bell: Valkey) -> str:
    return f"session.{make_session(rota=make_rota()).pk}"


async def nothing(_: Feed) -> None:
    """A look at the table that sees nothing."""


async def rings() -> None:
    """Until this process rings again: after a failure it is silent for two seconds."""
    async with asyncio.timeout(patience(10)):
        while not await asyncio.to_thread(doorbell.tell, "doorbell", "1"):
            await asyncio.sleep(0.02)


def test_changes_arrive_by_the_table_while_redis_is_dead_and_by_the_bell_when_it_is_back(
    stream: str, bell: Valkey, web: Web, relay: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with web.page(stream) as page:
            await page.next("hello")
            bell.kill()
            for seq in range(1, 6):
                await happened(stream)
                await tell_until(page, seq)
            bell.start()
            await hears_ticks()
            await rings()
            monkeypatch.setattr(Feed, "look", nothing)  # from here on the bell alone tells
            await happened(stream)
            await tell_until(page, 6)
            told = [frame["seq"] for frame in page.frames if frame["t"] == "ev"]
            assert told == [1, 2, 3, 4, 5, 6]

    asyncio.run(story())


def test_a_real_stalled_phone_slows_nobody(
    stream: str, bell: Valkey, web: Web, relay: None
) -> None:
    """It opens its page and then reads nothing, while the others are sent 12 MB each."""
    large, count = "x" * 60_000, 200

    async def story() -> None:
        stalled = network.create_connection(("127.0.0.1", web.port))
        stalled.setsockopt(network.SOL_SOCKET, network.SO_RCVBUF, 4096)
        stalled.sendall(
            f"GET /live/?streams={stream} HTTP/1.1\r\nHost: 127.0.0.1:{web.port}\r\nOrigin: "
            f"http://127.0.0.1:{web.port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: "
            "dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        assert Live.here is not None
        async with asyncio.timeout(patience(5)):
            while not (lines := list(Live.here.hub.sockets)):
                await asyncio.sleep(0.01)
        async with web.page(stream) as one, web.page(stream) as two:
            for page in (one, two):
                await page.next("hello")
            await hears_ticks()
            others = [asyncio.create_task(page.next("ev", seconds=60)) for page in (one, two)]
            for number in range(count):
                await asyncio.to_thread(
                    doorbell.tell,
                    "ticks",
                    json.dumps({"stream": stream, "data": {"n": number, "large": large}}),
                )
            await happened(stream)
            assert await others[0] == await others[1]
            assert lines[0].waits
            assert min(len(page.frames) for page in (one, two)) > count / 2
        stalled.close()

    asyncio.run(story())
