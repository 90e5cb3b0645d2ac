"""A line to the platform that a test can cut: real TCP, so an open socket dies as it does in a
lift."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

ABORT = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset instead of a goodbye


class Line:
    """Passes bytes between `url` and the platform.

    `cut()` breaks all connections and takes no new one until `mend()`.
    """

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        assert parts.hostname and parts.port
        self.target = (parts.hostname, parts.port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.whole = True
        self.ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self.whole = False
        self._drop()

    def mend(self) -> None:
        self.whole = True

    def close(self) -> None:
        self.listener.close()
        self._drop()

    def _drop(self) -> None:
        while self.ends:
            end = self.ends.pop()
            try:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
                end.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads it
                end.close()
            except OSError:
                pass  # closed by its other side already

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self.listener.accept()
            except OSError:
                return  # the test is over
            if not self.whole:
                near.close()
                continue
            far = socket.create_connection(self.target)
            self.ends += [near, far]
            for source, drain in ((near, far), (far, near)):
                threading.Thread(target=pass_on, args=(source, drain), daemon=True).start()


def pass_on(source: socket.socket, drain: socket.socket) -> None:
    """Until either side is gone."""
    try:
        while data := source.recv(65536):
            drain.sendall(data)
        drain.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # cut


@contextmanager
def line_to(target: str) -> Iterator[Line]:
    line = Line(target)
    try:
        yield line
    finally:
        line.close()
