"""A hundred open pages that only listen: which streams each has heard of, whatever happens to its
line meanwhile."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

AGAIN = 0.3  # seconds until a page whose line broke opens another


class Listener:
    """`seen`: the position it asks from when it comes back; `resyncs`: how often it was told to
    read everything anew."""

    def __init__(self, seen: int) -> None:
        self.seen = seen
        self.heard: set[str] = set()
        self.resyncs = 0
        self.greeted = False

    async def listen(self, port: int, streams: str) -> None:
        while True:
            address = f"ws://127.0.0.1:{port}/live/?since={self.seen}&streams={streams}"
            try:
                async with connect(
                    address,
                    origin=f"http://127.0.0.1:{port}",
                    open_timeout=3,
                    close_timeout=0.2,
                    ping_interval=None,
                ) as line:  # type: ignore[arg-type]
                    async for said in line:
                        self._hear(json.loads(said))
            except (OSError, WebSocketException, TimeoutError):
                pass
            await asyncio.sleep(AGAIN)

    def _hear(self, said: dict[str, object]) -> None:
        self.greeted = True
        self.seen = max(self.seen, int(str(said.get("seq", 0))))
        self.resyncs += said["t"] == "resync"
        self.heard |= set(map(str, said.get("streams", ())))  # type: ignore[call-overload]


@contextmanager
def listeners(
    count: int, port: int, streams: Sequence[str], position: int
) -> Iterator[list[Listener]]:
    """So many pages, each listening to all the streams from the position on, in a thread beside
    this one."""
    people, over, loop = (
        [Listener(position) for _ in range(count)],
        asyncio.Event(),
        asyncio.new_event_loop(),
    )

    async def crowd() -> None:
        pages = [asyncio.create_task(one.listen(port, ",".join(streams))) for one in people]
        await over.wait()
        for page in pages:
            page.cancel()
        await asyncio.gather(*pages, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(crowd(),), daemon=True)
    thread.start()
    try:
        yield people
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
