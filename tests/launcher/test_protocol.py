"""A client that sends oddly, slowly or without end gets our page or a closed line, and everybody
else is answered meanwhile."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable
from typing import Any

import pytest

from backend.launcher import protocol
from backend.launcher.protocol import HEAD_BYTES, PatientProtocol
from backend.launcher.web import raise_open_files
from tests.config.test_bridge import Start, ask, echo, raw, serving
from tests.patience import patience

ODD_HEAD = "这里有我们读不懂的内容"
LONG_HEAD = "网址或浏览器附带的内容太长了"
WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n"


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=patience(20))


def until_closed(line: socket.socket) -> bytes:
    """All that comes until the other side hangs up."""
    parts = []
    try:
        while part := line.recv(2**20):
            parts.append(part)
    except ConnectionResetError:
        pass  # it hung up on what we were still sending
    return b"".join(parts)


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS on a plain port
        b"nonsense\r\n\r\n",
        b"GET  HTTP/1.1\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n",
    ],
)
def test_what_is_no_http_is_answered_with_our_page(said: bytes) -> None:
    with serving(echo) as (port, _), connected(port) as line:
        line.sendall(said)
        answer = until_closed(line).decode()
        assert ask(port)[0] == 200
    assert answer.startswith("HTTP/1.1 400 Bad Request\r\n")
    assert ODD_HEAD in answer and "content-security-policy: " in answer


BODY = b"3\r\nabc\r\n0\r\n\r\n"


@pytest.mark.parametrize("coding", [b"xchunked", b"identity", b"gzip, chunked", b"gzip"])
def test_a_body_in_a_coding_that_we_do_not_read_is_told_so(coding: bytes) -> None:
    said = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + coding + b"\r\n\r\n" + BODY
    with serving(echo) as (port, bridge), connected(port) as line:
        line.sendall(said)
        answer = until_closed(line).decode()
        assert ask(port)[0] == 200
        assert bridge.held == 0
    assert answer.startswith("HTTP/1.1 501 Not Implemented\r\n")
    assert "内容的发送方式我们读不懂" in answer and answer.count("HTTP/1.1") == 1


@pytest.mark.parametrize("coding", [b"chunked", b"Chunked", b" chunked "])
def test_a_body_in_pieces_is_read(coding: bytes) -> None:
    said = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + coding + b"\r\n\r\n" + BODY
    with serving(echo) as (port, _):
        assert raw(port, said).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * 8000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        WHOLE + b"Cookie: a=" + b"b" * 8192 + b"\r\n\r\n",
        WHOLE + b"".join(b"A%d: b\r\n" % n for n in range(1000)) + b"\r\n",
    ],
)
def test_a_head_that_a_browser_may_send_is_read(head: bytes) -> None:
    with serving(echo) as (port, _):
        assert raw(port, head).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * HEAD_BYTES + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /" + b"a" * HEAD_BYTES * 2,
        WHOLE + b"Cookie: a=" + b"b" * HEAD_BYTES + b"\r\n\r\n",
        WHOLE + b"Cookie: a=" + b"b" * HEAD_BYTES * 2,
        WHOLE + b"A: b\r\n" * HEAD_BYTES,
    ],
)
def test_a_head_without_end_is_refused_before_it_is_whole(head: bytes) -> None:
    with serving(echo) as (port, _), connected(port) as line:
        half = len(head) // 2
        line.sendall(head[:half])
        try:
            line.sendall(head[half:])
        except OSError:
            pass  # refused at the first half
        answer = until_closed(line).decode()
        assert ask(port)[0] == 200
    assert answer.startswith("HTTP/1.1 431 ") or answer == ""
    assert answer == "" or LONG_HEAD in answer


def test_a_head_that_is_too_large_is_told_so() -> None:
    head = WHOLE + b"Cookie: a=" + b"b" * HEAD_BYTES + b"\r\n\r\n"
    with serving(echo) as (port, _), connected(port) as line:
        line.sendall(head)
        answer = until_closed(line).decode()
    assert answer.startswith("HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert LONG_HEAD in answer


def test_trailers_without_end_are_not_kept() -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"
    with serving(echo) as (port, bridge), connected(port) as line:
        try:
            line.sendall(head + b"A: b\r\n" * HEAD_BYTES)
        except OSError:
            pass  # closed meanwhile
        assert until_closed(line) == b""
        assert ask(port)[0] == 200
    assert bridge.held == 0


def test_a_thousand_who_never_finish_asking_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of them say nothing, half of them half a request."""
    raise_open_files()
    with serving(echo, threads=1, waiting=0) as (port, bridge):
        monkeypatch.setattr(protocol, "WAIT_SECONDS", 60.0)
        kept = connected(port)
        kept.sendall(WHOLE)
        assert ask(port)[0] == 200  # so the kept one was taken over, too
        monkeypatch.setattr(protocol, "WAIT_SECONDS", 0.5)
        lines = [connected(port) for _ in range(1000)]
        for line in lines[::2]:
            line.sendall(WHOLE)
        assert ask(port)[0] == 200
        assert [until_closed(line) for line in lines] == [b""] * 1000
        kept.sendall(b"Connection: close\r\n\r\n")
        assert until_closed(kept).startswith(b"HTTP/1.1 200")
        for line in [*lines, kept]:
            line.close()
        assert (bridge.inside, bridge.held) == (0, 0)


def test_who_sends_on_after_the_answer_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "WAIT_SECONDS", 0.5)
    with serving(echo) as (port, _), connected(port) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n")
        assert line.recv(65536).startswith(b"HTTP/1.1 413")
        line.sendall(b"x")
        assert b"HTTP/1.1" not in until_closed(line)


def large(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Length", str(LARGE))])
    return [b"x" * LARGE]


LARGE = 2**25


def asked_and_not_read(port: int) -> socket.socket:
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.settimeout(patience(20))
    line.connect(("127.0.0.1", port))
    line.sendall(WHOLE + b"\r\n")
    return line


def test_who_never_reads_gives_back_what_is_held_for_her(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "STUCK_SECONDS", 0.3)
    let_go = threading.Event()
    lost = PatientProtocol.connection_lost

    def noted(self: PatientProtocol, exc: Exception | None) -> None:
        lost(self, exc)
        let_go.set()

    monkeypatch.setattr(PatientProtocol, "connection_lost", noted)
    with serving(large) as (port, _), asked_and_not_read(port) as line:
        assert let_go.wait(patience(20))
        assert len(until_closed(line)) < LARGE


def test_who_reads_slowly_gets_all(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    look = PatientProtocol._look

    def noted(self: PatientProtocol, before: int) -> None:
        looks.append(before)
        look(self, before)

    monkeypatch.setattr(protocol, "STUCK_SECONDS", 0.3)
    monkeypatch.setattr(PatientProtocol, "_look", noted)
    with serving(large) as (port, _), asked_and_not_read(port) as line:
        line.settimeout(patience(20))
        got = len(line.recv(2**20))
        while got < LARGE:
            part = line.recv(2**20)
            assert part
            got += len(part)
    assert got > LARGE
