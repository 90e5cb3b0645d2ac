"""`python -m tests.bench.herd_crowd PORT CONNECTIONS`: a herd on kept lines, in one process of its
own.

Reads one JSON line, [[path, cookie, token, body], …], sends each as a form with a key of its own
(without a cookie: as a GET), and prints {"seconds", "answers": [[status, milliseconds], …]}.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
import uuid
from collections import deque

import uvloop

FORM = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nCookie: "
    "{cookie}\r\nX-CSRFToken: {token}\r\n"
    "Idempotency-Key: {key}\r\n{more}Content-Type: "
    "application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
)
LOOK = "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
Wish = tuple[str, str, str, str]


async def line(port: int, wishes: deque[Wish], answers: list[tuple[int, float]], more: str) -> None:
    """One kept connection that takes the next wish when it has its answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while wishes:
        path, cookie, token, body = wishes.popleft()
        if cookie:
            form = FORM.format(
                path=path,
                port=port,
                cookie=cookie,
                token=token,
                key=uuid.uuid4(),
                more=more,
                length=len(body),
                body=body,
            )
        else:
            form = LOOK.format(path=path, port=port)
        began = time.monotonic()
        writer.write(form.encode())
        status = await answer(reader)
        answers.append((status, (time.monotonic() - began) * 1000))
    writer.close()


async def answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head.split(b" ", 2)[1])
    length = head.partition(b"content-length:")[2].split(b"\r\n", 1)[0]
    if b"transfer-encoding: chunked" in head:
        while int((await reader.readuntil(b"\r\n")).strip() or b"0", 16):
            await reader.readuntil(b"\r\n")
        await reader.readuntil(b"\r\n")
    elif length.strip():
        await reader.readexactly(int(length))
    return status


async def main(port: int, connections: int, htmx: bool) -> None:
    wishes: deque[Wish] = deque(tuple(wish) for wish in json.loads(sys.stdin.readline()))
    answers: list[tuple[int, float]] = []
    began = time.monotonic()
    more = "HX-Request: true\r\n" if htmx else ""
    await asyncio.gather(*(line(port, wishes, answers, more) for _ in range(connections)))
    print(json.dumps({"seconds": time.monotonic() - began, "answers": answers}), flush=True)


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2]), "htmx" in sys.argv))
