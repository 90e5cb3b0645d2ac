"""The bridge under a real uvicorn: what a browser sends is what Django sees, and nothing queues
without end."""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from backend.config.bridge import Bridge
from backend.launcher.protocol import PatientProtocol
from tests.patience import patience

LIMIT = 1000
LARGE = 3000  # for the one path that takes files
HELD = 5000
Start = Callable[..., Any]


def echo(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """Answers with what it saw, one line each."""
    seen = [f"{key}={environ[key]}" for key in sorted(environ) if not key.startswith("wsgi.")]
    body = "\n".join([*seen, "BODY=" + environ["wsgi.input"].read().decode()]).encode()
    start_response(
        "200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    )
    return [body]


@contextmanager
def serving(application: Any, threads: int = 4, waiting: int = 4) -> Iterator[tuple[int, Bridge]]:
    bridge = Bridge(
        application,
        threads=threads,
        waiting=waiting,
        body_bytes=LIMIT,
        most_held=HELD,
        uploads={"/upload/": LARGE},
    )
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(
            bridge,
            http=PatientProtocol,
            lifespan="off",
            log_level="critical",
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield listening.getsockname()[1], bridge
    finally:
        server.should_exit = True
        thread.join(10)
        bridge.pool.shutdown(cancel_futures=True)


def ask(
    port: int, method: str = "GET", path: str = "/", body: bytes | None = None, **headers: str
) -> tuple[int, Any, str]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request(
        method, path, body, {name.replace("_", "-"): value for name, value in headers.items()}
    )
    answer = line.getresponse()
    found = answer.status, answer.headers, answer.read().decode()
    line.close()
    return found


def raw(port: int, text: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(text)
        return line.recv(65536)


def test_a_request_arrives_whole() -> None:
    with serving(echo) as (port, _):
        status, headers, text = ask(
            port, "POST", "/%E6%9F%A5?q=%E5%A5%BD&x=1", b"a=1", Content_Type="text/x", Cookie="k=v"
        )
    lines = dict(line.split("=", 1) for line in text.splitlines())
    assert status == 200
    assert headers.get_all("set-cookie") == ["a=1", "b=2"]
    assert lines["PATH_INFO"].encode("latin-1").decode() == "/查"
    assert (lines["QUERY_STRING"], lines["REQUEST_METHOD"]) == ("q=%E5%A5%BD&x=1", "POST")
    assert (lines["CONTENT_TYPE"], lines["CONTENT_LENGTH"], lines["BODY"]) == ("text/x", "3", "a=1")
    assert (lines["HTTP_COOKIE"], lines["REMOTE_ADDR"]) == ("k=v", "127.0.0.1")


def test_repeated_headers_are_joined_and_underscores_do_not_pass_for_hyphens() -> None:
    request = (
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Real: 1\r\nX_Real: 9\r\nX-Many: a\r\nX-Many: b\r\n"
        b"Cookie: a=1\r\nCookie: b=2\r\nConnection: close\r\n\r\n"
    )
    with serving(echo) as (port, _):
        text = raw(port, request).decode()
    assert "HTTP_X_REAL=1\n" in text
    assert "HTTP_X_MANY=a,b\n" in text
    assert "HTTP_COOKIE=a=1; b=2\n" in text


@pytest.mark.parametrize(
    "charset",
    [
        "; charset=rot13",
        ';CHARSET="base64"',
        "; charset = idna",
        "; charset*=utf-8''zlib",
        "; charset=utf-16; charset=hex",
    ],
)
def test_another_encoding_than_that_of_our_pages_is_not_believed(charset: str) -> None:
    form = "application/x-www-form-urlencoded"
    with serving(echo) as (port, _):
        text = ask(port, "POST", "/", b"a=1", Content_Type=f"{form}{charset}; x=y")[2]
    lines = dict(line.split("=", 1) for line in text.splitlines())
    assert lines["CONTENT_TYPE"] == f"{form}; x=y"


def test_head_has_the_headers_and_no_body() -> None:
    with serving(echo) as (port, _):
        status, headers, text = ask(port, "HEAD")
    assert (status, headers["content-type"], text) == (200, "text/plain", "")


@pytest.mark.parametrize("size, expected", [(LIMIT, 200), (LIMIT + 1, 413)])
def test_a_body_has_a_limit(size: int, expected: int) -> None:
    with serving(echo) as (port, _):
        assert ask(port, "POST", body=b"x" * size)[0] == expected


def test_what_is_too_large_is_answered_with_our_page_in_both_languages() -> None:
    with serving(echo) as (port, _):
        _, headers, text = ask(port, "POST", body=b"x" * (LIMIT + 1))
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert "发来的内容太大了" in text and '<html lang="zh-CN">' in text
    assert '<p lang="en">That is too large, and nothing was saved.' in text
    assert text.index("发来") < text.index("That is")


def test_a_length_that_is_no_number_is_answered_with_our_page() -> None:
    async def said() -> list[Any]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"method": "POST", "path": "/", "headers": [(b"content-length", b"\xb2")]}
        await Bridge(echo, threads=1, waiting=1, body_bytes=9, most_held=9)(scope, send, send)
        return sent

    start, body = asyncio.run(said())
    assert start["status"] == 400
    assert "读不懂" in body["body"].decode()


def test_a_chunked_body_has_the_same_limit_and_a_length() -> None:
    def chunked(size: int) -> bytes:
        head = (
            b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        )
        return head + f"{size:x}\r\n".encode() + b"x" * size + b"\r\n0\r\n\r\n"

    with serving(echo) as (port, _):
        assert b"CONTENT_LENGTH=900\n" in raw(port, chunked(900))
        assert raw(port, chunked(LIMIT + 1)).startswith(b"HTTP/1.1 413")


def test_an_exception_is_a_500_and_the_server_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    def broken(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/broken":
            raise ValueError("a secret value")
        return echo(environ, start_response)

    with serving(broken) as (port, _):
        status, _, text = ask(port, path="/broken")
        assert (status, "secret" in text) == (500, False)
        assert "我们这边出错了" in text and "Something went wrong on our side" in text
        assert ask(port)[0] == 200
    assert "the application failed on GET /broken" in caplog.text


def test_the_result_is_closed_and_written_parts_come_first() -> None:
    closed = threading.Event()

    class Result(list[bytes]):
        def close(self) -> None:
            closed.set()

    def writer(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        start_response("201 Created", [])(b"one ")
        return Result([b"two"])

    with serving(writer) as (port, _):
        assert ask(port)[::2] == (201, "one two")
    assert closed.is_set()


class Gate:
    """An application whose requests wait until the test opens it."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.begun: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        self.begun.append(environ["PATH_INFO"])
        self.open.wait(patience(60))
        return echo(environ, start_response)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + patience(5)
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def test_threads_answer_at_the_same_time() -> None:
    gate = Gate()
    with serving(gate, threads=4) as (port, _), ThreadPoolExecutor(4) as clients:
        asked = [clients.submit(ask, port) for _ in range(4)]
        until(lambda: len(gate.begun) == 4)
        gate.open.set()
        assert [future.result()[0] for future in asked] == [200] * 4


def test_overload_is_answered_at_once_and_passes() -> None:
    gate = Gate()
    with serving(gate, threads=2, waiting=3) as (port, bridge), ThreadPoolExecutor(5) as clients:
        asked = [clients.submit(ask, port) for _ in range(5)]
        until(lambda: bridge.inside == 5)
        status, headers, text = ask(port)
        assert bridge.inside == 5, "nobody was served first"
        assert (status, headers["retry-after"]) == (503, "2")
        assert "2 秒后自动再试" in text and '<meta http-equiv="refresh" content="2">' in text
        gate.open.set()
        assert [future.result()[0] for future in asked] == [200] * 5
        until(lambda: bridge.inside == 0)
        assert ask(port)[0] == 200


def test_who_leaves_the_line_is_not_served_and_frees_the_place() -> None:
    gate = Gate()
    with serving(gate, threads=1, waiting=1) as (port, bridge), ThreadPoolExecutor(1) as clients:
        first = clients.submit(ask, port, "GET", "/first")
        until(lambda: gate.begun == ["/first"])
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(b"POST /gone HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
            until(lambda: bridge.inside == 2)
        until(lambda: bridge.inside == 1)
        gate.open.set()
        assert first.result()[0] == 200
        assert ask(port, path="/next")[0] == 200
    assert gate.begun == ["/first", "/next"]


def test_who_leaves_while_being_served_is_finished() -> None:
    gate = Gate()
    with serving(gate, threads=1) as (port, bridge):
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
            until(lambda: len(gate.begun) == 1)
        time.sleep(0.1)
        assert bridge.inside == 1
        gate.open.set()
        until(lambda: bridge.inside == 0)


def test_a_slow_sender_holds_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.config.bridge.BODY_SECONDS", 0.3)
    with (
        serving(echo, threads=1, waiting=0) as (port, bridge),
        socket.create_connection(("127.0.0.1", port), timeout=5) as line,
    ):
        line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab")
        assert ask(port)[0] == 200
        assert bridge.inside == 0
        answer = line.recv(10_000)
    assert answer.startswith(b"HTTP/1.1 408")
    assert "什么都没有保存".encode() in answer


def begun(port: int, path: str, size: int) -> socket.socket:
    """A sender who announces so much and says nothing more."""
    line = socket.create_connection(("127.0.0.1", port), timeout=10)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n"
    line.sendall(head.encode() + b"x")
    return line


@pytest.mark.parametrize(
    ("path", "size", "expected"),
    [
        ("/", LARGE, 413),
        ("/upload/", LARGE, 200),
        ("/upload/", LARGE + 1, 413),
        ("/upload/more/", LARGE, 413),
    ],
)
def test_a_larger_body_is_for_the_pages_that_take_files(
    path: str, size: int, expected: int
) -> None:
    with serving(echo) as (port, bridge):
        assert ask(port, "POST", path, b"x" * size)[0] == expected
        until(lambda: bridge.held == 0)


def test_many_who_begin_to_send_hold_no_more_than_they_may() -> None:
    """The next is told at once, before a byte of it is read; who sends nothing is answered."""
    with serving(echo) as (port, bridge):
        slow = [begun(port, "/", LIMIT) for _ in range(HELD // LIMIT)]
        until(lambda: bridge.held == HELD)
        status, headers, text = ask(port, "POST", body=b"x")
        assert (status, headers["retry-after"]) == (503, "2")
        assert "刚才的操作没有保存" in text and "http-equiv" not in text
        assert ask(port)[0] == 200
        slow.pop().close()
        until(lambda: bridge.held == HELD - LIMIT)
        assert ask(port, "POST", body=b"x")[0] == 200
        for line in slow:
            line.sendall(b"x" * (LIMIT - 1))
            assert line.recv(65536).startswith(b"HTTP/1.1 200")
            line.close()
        until(lambda: bridge.held == 0)


def test_a_body_in_chunks_counts_for_as_much_as_it_may_become() -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"
    with serving(echo) as (port, bridge):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(head)
            until(lambda: bridge.held == LIMIT)
        until(lambda: bridge.held == 0)


def test_a_body_is_held_until_it_is_answered() -> None:
    gate = Gate()
    with serving(gate) as (port, bridge), ThreadPoolExecutor(1) as client:
        asked = client.submit(ask, port, "POST", "/", b"x" * 700)
        until(lambda: len(gate.begun) == 1)
        assert bridge.held == 700
        gate.open.set()
        assert asked.result()[0] == 200
        until(lambda: bridge.held == 0)
