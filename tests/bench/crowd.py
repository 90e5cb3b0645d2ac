"""`python -m tests.bench.crowd PORT N PATH STALLED`: N sockets in one process, and when each heard
what; the first STALLED read nothing.

Talks to its parent in JSON lines: first it is given the cookies that the sockets bring, in turn.
{"ready": seconds} when all were greeted; for a line "report" it prints [[seq, moment], …] of every
frame and forgets them; "again" reconnects whoever lost her line, asking from where she was. Moments
are of the monotonic clock.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import random
import re
import socket
import sys
import time
from itertools import cycle, islice

import uvloop

SEQ = re.compile(rb'"seq":(\d+)')
HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    "X-Real-IP: {home}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nCookie: "
    "{cookie}\r\n\r\n"
)
AT_ONCE = (
    1000  # connecting at the same time; phones do not take turns, but a listening socket has an end
)


class Line(asyncio.Protocol):
    def __init__(self, crowd: Crowd, cookie: str) -> None:
        self.crowd, self.cookie = crowd, cookie
        # each its own, as behind our proxy: one home has not so many lines
        self.home = str(ipaddress.ip_address(0x0A000000 + random.getrandbits(24)))
        self.greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.rest = b""
        self.upgraded = False
        self.seq = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        since = f"&since={self.seq}" if self.seq else ""
        transport.write(
            HANDSHAKE.format(
                path=self.crowd.path + since,
                port=self.crowd.port,
                cookie=self.cookie,
                home=self.home,
            ).encode()
        )  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        data = self.rest + data
        if not self.upgraded:
            head, found, data = data.partition(b"\r\n\r\n")
            self.upgraded = bool(found)
            if not found:
                self.rest = head
                return
        while len(data) >= 2:
            size, start = data[1] & 127, 2
            if size == 126:
                size, start = int.from_bytes(data[2:4], "big"), 4
            if len(data) < start + size:
                break
            self.heard(data[0] & 15, data[start : start + size])
            data = data[start + size :]
        self.rest = data

    def heard(self, code: int, payload: bytes) -> None:
        if code == 9:  # ping
            self.transport.write(bytes([0x8A, 0x80 | len(payload)]) + b"\0\0\0\0" + payload)  # type: ignore[attr-defined]
            return
        found = SEQ.search(payload)
        if code != 1 or found is None:
            return
        self.seq = max(self.seq, int(found[1]))
        if b'"hello"' in payload:
            if not self.greeted.done():
                self.greeted.set_result(None)
        elif b'"ev"' in payload or b'"resync"' in payload:
            self.crowd.frames.append((int(found[1]), time.monotonic()))

    def connection_lost(self, error: Exception | None) -> None:
        self.upgraded, self.rest = False, b""
        self.crowd.lost.append(self)
        if not self.greeted.done():
            self.greeted.set_exception(ConnectionError())


class Crowd:
    def __init__(self, port: int, path: str) -> None:
        self.port, self.path = port, path
        self.frames: list[tuple[int, float]] = []
        self.lost: list[Line] = []

    async def connect(self, lines: list[Line]) -> None:
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(line: Line) -> None:
            pause = 0.05
            while True:
                try:
                    async with gate:
                        line.greeted = asyncio.get_running_loop().create_future()
                        await asyncio.get_running_loop().create_connection(
                            lambda: line, "127.0.0.1", self.port
                        )
                        await asyncio.wait_for(line.greeted, 60)
                    return
                except (OSError, TimeoutError):
                    await asyncio.sleep(pause * (0.5 + random.random()))
                    pause = min(1.0, pause * 2)

        await asyncio.gather(*(one(line) for line in lines))


async def main(port: int, count: int, path: str, stalled: int) -> None:
    commands = asyncio.StreamReader(limit=2**24)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(commands), sys.stdin
    )
    cookies = json.loads(await commands.readline())
    crowd = Crowd(port, path)
    began = time.monotonic()
    lines = [Line(crowd, cookie) for cookie in islice(cycle(cookies or [""]), count)]
    await crowd.connect(lines)
    for line in lines[:stalled]:
        line.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_RCVBUF, 4096
        )
        line.transport.pause_reading()  # type: ignore[attr-defined]
    say({"ready": time.monotonic() - began})
    while command := (await commands.readline()).decode().strip():
        if command == "again":
            lost, crowd.lost = crowd.lost, []
            await crowd.connect(lost)
            say({"again": len(lost)})
        else:
            say(crowd.frames)
            crowd.frames = []


def say(word: object) -> None:
    print(json.dumps(word), flush=True)


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
