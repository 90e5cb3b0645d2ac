"""An open page: it shows fragments, listens to their streams with its position, and reads again
what it is told about."""

from __future__ import annotations

import json
import re
import threading
import time
from itertools import zip_longest

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from tests.faults.phone import Phone, comparable

STREAMS = re.compile(r'data-live="([^"]+)"')
PAUSE = 0.2


class Watcher(threading.Thread):
    """`told`: stream → the position at which it last heard of it; `shown`: address → what the page
    shows there now."""

    def __init__(self, phone: Phone, pages: list[str], position: int) -> None:
        super().__init__(daemon=True)
        self.phone = Phone(phone.port, dict(phone.cookies))
        self.seen = position
        self.shown = {page: self._read(page) for page in pages}
        self.streams = {
            page: set(" ".join(STREAMS.findall(body)).split()) for page, body in self.shown.items()
        }
        self.told: dict[str, int] = {}
        self.stale: set[str] = set()
        self.resyncs = self.reconnects = 0
        self.closing = threading.Event()

    def _read(self, page: str) -> str:
        answer = self.phone.get(page)
        assert answer.status == 200, f"{page}: {answer.status}"
        return comparable(answer.body)

    def everything(self) -> set[str]:
        return set().union(*self.streams.values())

    def run(self) -> None:
        while not self.closing.is_set():
            streams = ",".join(sorted(self.everything()))
            address = f"ws://127.0.0.1:{self.phone.port}/live/?since={self.seen}&streams={streams}"
            cookie = "; ".join(f"{name}={value}" for name, value in self.phone.cookies.items())
            try:
                with connect(
                    address,
                    additional_headers={"Cookie": cookie},
                    origin=f"http://127.0.0.1:{self.phone.port}",  # type: ignore[arg-type]
                    open_timeout=3,
                    close_timeout=0.2,
                    ping_interval=None,
                ) as line:
                    self._listen(line)
            except (OSError, WebSocketException, EOFError):
                self.reconnects += 1
                time.sleep(PAUSE)

    def _listen(self, line: ClientConnection) -> None:
        heard = time.monotonic()
        while not self.closing.is_set():
            try:
                self._hear(json.loads(line.recv(timeout=PAUSE)))
                heard = time.monotonic()
            except TimeoutError:
                if new := self._refresh():
                    self.told |= dict.fromkeys(new, self.seen)
                    line.send(
                        json.dumps(
                            {
                                "t": "listen",
                                "since": self.seen,
                                "streams": sorted(self.everything()),
                            }
                        )
                    )
                if (
                    time.monotonic() - heard > 40
                ):  # as live.js: heartbeats come every 15 s, so this line is dead
                    raise OSError("silence") from None

    def _hear(self, said: dict[str, object]) -> None:
        self.seen = max(self.seen, int(str(said.get("seq", 0))))
        streams = (
            said["streams"]
            if said["t"] == "ev"
            else self.everything()
            if said["t"] == "resync"
            else ()
        )
        self.resyncs += said["t"] == "resync"
        for stream in map(str, streams):  # type: ignore[call-overload]
            self.told[stream] = self.seen
            self.stale |= {page for page, shown in self.streams.items() if stream in shown}

    def _refresh(self) -> set[str]:
        """What was told about is read anew, once each, however often it was told; the streams that
        came with it."""
        before = self.everything()
        for page in list(self.stale):
            self.shown[page] = self._read(page)
            self.streams[page] = set(" ".join(STREAMS.findall(self.shown[page])).split())
            self.stale.discard(page)
        return self.everything() - before

    def knows(self, newest: dict[str, int]) -> list[str]:
        """Streams of which it has not heard the newest."""
        return [
            stream
            for stream, seq in newest.items()
            if stream in self.everything() and self.told.get(stream, 0) < seq
        ]

    def differences(self) -> list[str]:
        """Pages that do not show what a fresh one shows, each with the first words that differ."""
        return [
            f"{page}: {difference}"
            for page, shown in self.shown.items()
            if (difference := first_difference(shown, self._read(page)))
        ]


def first_difference(shown: str, fresh: str) -> str:
    for old, new in zip_longest(re.split(r"(?=<)", shown), re.split(r"(?=<)", fresh), fillvalue=""):
        if old != new:
            return f"{old.strip()!r}, not {new.strip()!r}"
    return ""
