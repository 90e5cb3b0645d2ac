"""A provider on this machine: a real server that answers as a test says and keeps what it was
asked, byte for byte."""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

Answer = bytes | Callable[[socket.socket], None]


class Asked(NamedTuple):
    line: str  # "POST /?Action=… HTTP/1.1"
    headers: dict[str, str]  # names in small letters
    body: bytes


class Provider:
    """Gives the next of `answers` to each request, and the last one for ever."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.url = f"http://{self.host}"
        self.asked: list[Asked] = []
        self.answers: deque[Answer] = deque()
        self.over = threading.Event()
        self.serving: list[threading.Thread] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def says(self, *bodies: str, status: int = 200) -> None:
        for body in bodies:
            encoded = body.encode()
            head = f"HTTP/1.1 {status} said\r\nContent-Length: {len(encoded)}\r\n"
            self.answers.append(f"{head}Connection: close\r\n\r\n".encode() + encoded)

    def does(self, *answers: Answer) -> None:
        self.answers.extend(answers)

    def close(self) -> None:
        self.over.set()
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                line, _address = self.listener.accept()
            except OSError:
                return  # the test is over
            serving = threading.Thread(target=self._serve, args=[line], daemon=True)
            self.serving.append(serving)
            serving.start()

    def _serve(self, line: socket.socket) -> None:
        with line:
            asked = _read(line)
            if asked is None:
                return
            self.asked.append(asked)
            answer = self.answers.popleft() if len(self.answers) > 1 else self.answers[0]
            if isinstance(answer, bytes):
                line.sendall(answer)
            else:
                answer(line)


def _read(line: socket.socket) -> Asked | None:
    """One request; None when whoever asked went away before it was whole. Without a look for that,
    a thread would turn in a circle to the end of all tests."""
    taken = b""
    while b"\r\n\r\n" not in taken:
        more = line.recv(65536)
        if not more:
            return None
        taken += more
    head, _, body = taken.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in rest)}
    while len(body) < int(headers.get("content-length", 0)):
        more = line.recv(65536)
        if not more:
            return None
        body += more
    return Asked(first, headers, body)


@contextmanager
def provider() -> Iterator[Provider]:
    made = Provider()
    try:
        yield made
    finally:
        made.close()


def nobody() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"
