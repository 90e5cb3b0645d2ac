"""HTTP and sockets as uvicorn reads them, for a client that sends oddly, slowly or without end.

uvicorn waits for a request for ever and keeps as much of its head as is sent. Behind the proxy
nobody gets that far; a process that is asked directly bounds both by itself.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

from backend.config.bridge import plain

HEAD_BYTES = 64 * 1024  # of an address and its headers; browsers send a few thousand
WAIT_SECONDS = 20.0  # for a whole head, and for the rest of a body that is answered already
STUCK_SECONDS = 30.0  # in which a reader takes nothing of its answer

MOST_PIECES = 64  # of one message on a socket; live.js sends one
MOST_PONGS = 64 * 1024  # bytes of them that a page has not read


class HeadTooLarge(Exception):
    """What was sent before the body is more than HEAD_BYTES."""


class UnknownCoding(Exception):
    """The body comes in another coding than `chunked` alone. The parser reads some of them as if
    they were not there, and says of the others only after the head was handed on, when whoever
    asked would be answered by a closed line."""


class PatientProtocol(HttpToolsProtocol):
    """Closes on who does not ask, or reads, in time; answers a head that is too large, of a coding
    that we do not read, or no HTTP with our own page."""

    unread = 0  # bytes since the last that became a request or a part of a body
    refusal = HTTPStatus.BAD_REQUEST
    waiting: asyncio.TimerHandle | None = None
    stuck: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self.unread += len(data)
        super().data_received(data)
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            self._wait_no_more()
        elif self.unread > HEAD_BYTES:
            self._refuse_head()
        elif self._nothing_to_answer():
            self._wait()
        else:
            self._wait_no_more()

    def on_headers_complete(self) -> None:
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > HEAD_BYTES:
            self.refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise HeadTooLarge(size)
        said = [value for name, value in self.headers if name == b"transfer-encoding"]
        if said and [value.strip().lower() for value in said] != [b"chunked"]:
            self.refusal = HTTPStatus.NOT_IMPLEMENTED
            raise UnknownCoding(said)
        self.unread = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self.unread = 0
        super().on_body(body)

    def send_400_response(self, msg: str) -> None:
        """Whoever is being answered already is not answered twice."""
        if self._nothing_to_answer():
            page = plain(self.refusal)
            head = [f"HTTP/1.1 {self.refusal.value} {self.refusal.phrase}\r\n".encode()]
            head += [name + b": " + value + b"\r\n" for name, value in page.headers]
            self.transport.write(b"".join([*head, b"connection: close\r\n\r\n", page.body]))
        self.transport.close()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._look_again(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        if self.stuck is not None:
            self.stuck.cancel()
            self.stuck = None
        super().resume_writing()

    def _nothing_to_answer(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _wait(self) -> None:
        if self.waiting is None:
            self.waiting = self.loop.call_later(WAIT_SECONDS, self.transport.close)

    def _wait_no_more(self) -> None:
        if self.waiting is not None:
            self.waiting.cancel()
            self.waiting = None

    def _refuse_head(self) -> None:
        self.refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        self.send_400_response("")

    def _look_again(self, left: int) -> None:
        self.stuck = self.loop.call_later(STUCK_SECONDS, self._look, left)

    def _look(self, before: int) -> None:
        """A slow line gets its page; one that takes nothing gives back what is held for it."""
        left = self.transport.get_write_buffer_size()
        if left < before:
            self._look_again(left)
        else:
            self.transport.abort()


class PatientSocket(WebSocketsSansIOProtocol):
    """A socket whose page can make us keep no more than its messages may have."""

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self.handshake_initiated and not self.transport.is_closing():
            # its head was whole, and no socket came of it: what was wrong is written, not sent
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()

    def handle_cont(self, event: Frame) -> None:
        """Pieces without a byte in them count towards no size."""
        if len(self.frames) < MOST_PIECES:
            super().handle_cont(event)
        elif not self.transport.is_closing():
            self.conn.send_close(CloseCode.MESSAGE_TOO_BIG)
            self.handle_parser_exception()

    def handle_ping(self) -> None:
        if self.transport.get_write_buffer_size() > MOST_PONGS:
            self.transport.abort()
        else:
            super().handle_ping()
