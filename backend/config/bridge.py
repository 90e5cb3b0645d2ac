"""HTTP of an ASGI server, answered by a WSGI application in a bounded pool of threads.

Django's own ASGI handler starts a thread for each request and cannot keep database connections.
Here a fixed pool of threads answers, each with its lasting connection, so `threads × processes`
bounds what the database sees. When more requests wait than `waiting`, the next is told 503 with
Retry-After at once, instead of joining an endless line.

Bodies are read whole, up to `body_bytes`, before a thread is taken: a slow sender never holds one.
Longer ones are for the paths in `uploads` alone. What all bodies together may hold is bounded, too
(`most_held`): who would go beyond is told 503 before a byte is read, however many begin to send and
never end. Answers are sent whole as well; nothing streams.
"""

from __future__ import annotations

import asyncio
import io
import logging
import re
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication, WSGIEnvironment

from backend.common.asgi import Receive, Scope, Send
from backend.common.page_headers import ON_EVERY_PAGE
from backend.config.own_pages import busy_page, page_of

BODY_SECONDS = 30.0
# Our pages send UTF-8 whatever a request says. Python's other encodings are not all of text: with
# rot13 Django fails while it makes the request, before any page could say a word.
CHARSET = re.compile(r";\s*charset\*?\s*=[^;]*", re.IGNORECASE)
BETWEEN = {"cookie": "; "}  # two headers of one name; all others: a comma
LONGEST_LENGTH = 16  # digits
RETRY_SECONDS = 2
log = logging.getLogger(__name__)


class HttpAnswer(NamedTuple):
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class ClientGone(Exception):
    """The client closed the connection before its request was whole."""


class BodyRefused(Exception):
    """The body is too large, or came too slowly."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class Bridge:
    """`application` is answered by `threads` threads; at most `waiting` whole requests wait for one
    of them."""

    def __init__(
        self,
        application: WSGIApplication,
        *,
        threads: int,
        waiting: int,
        body_bytes: int,
        most_held: int,
        uploads: Mapping[str, int] | None = None,
    ) -> None:
        self.application = application
        self.most_inside = threads + waiting
        self.body_bytes = body_bytes
        self.uploads = uploads or {}
        self.most_held = most_held
        self.held = 0  # bytes of bodies that are read, wait or are answered, as announced
        self.inside = 0  # requests waiting or being answered; touched by the event loop only
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="http")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.inside >= self.most_inside:
            await _send(send, scope, overloaded(scope))
            return
        try:
            size = self._announced(scope)
        except BodyRefused as refused:
            await _send(send, scope, plain(refused.status))
            return
        if size and self.held + size > self.most_held:
            await _send(send, scope, overloaded(scope))
            return
        self.held += size
        try:
            body = await self._read(size, receive)
        except BaseException as error:
            self.held -= size
            if isinstance(error, BodyRefused):
                await _send(send, scope, plain(error.status))
            elif not isinstance(error, ClientGone):
                raise
            return
        if self.inside >= self.most_inside:  # it filled up while we read
            self.held -= size
            await _send(send, scope, overloaded(scope))
            return
        answer = await self._answered(environ(scope, body), receive, size)
        if answer:
            await _send(send, scope, answer)

    def _announced(self, scope: Scope) -> int:
        """How many bytes the body has at most: as its length says, or, sent in chunks, as many as
        its path allows. Raises BodyRefused."""
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"0")
        most = self.uploads.get(scope["path"], self.body_bytes)
        if not (length.isdigit() and len(length) < LONGEST_LENGTH):
            raise BodyRefused(HTTPStatus.BAD_REQUEST)
        if int(length) > most:
            raise BodyRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return most if b"transfer-encoding" in headers else int(length)

    async def _read(self, most: int, receive: Receive) -> bytes:
        if not most:
            return b""
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await self._read_whole(most, receive)
        except TimeoutError:
            raise BodyRefused(HTTPStatus.REQUEST_TIMEOUT) from None

    async def _read_whole(self, most: int, receive: Receive) -> bytes:
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            part = message.get("body", b"")
            size += len(part)
            if size > most:
                raise BodyRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            parts.append(part)
            if not message.get("more_body", False):
                return b"".join(parts)

    async def _answered(
        self, request: WSGIEnvironment, receive: Receive, size: int
    ) -> HttpAnswer | None:
        """The application's answer; None when the client left first.

        A request still in line is then dropped.
        """
        loop = asyncio.get_running_loop()
        work = self.pool.submit(answer_of, self.application, request)
        self.inside += 1
        work.add_done_callback(lambda _: self._leave(loop, size))
        answer = asyncio.wrap_future(work)
        gone = asyncio.ensure_future(_disconnect(receive))
        try:
            await asyncio.wait((answer, gone), return_when=asyncio.FIRST_COMPLETED)
            return answer.result() if answer.done() else None
        finally:
            gone.cancel()
            answer.cancel()  # takes it out of the line; what a thread has begun, it finishes

    def _leave(self, loop: asyncio.AbstractEventLoop, size: int) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._left, size)

    def _left(self, size: int) -> None:
        self.inside -= 1
        self.held -= size


async def _disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, scope: Scope, answer: HttpAnswer) -> None:
    body = b"" if scope["method"] == "HEAD" else answer.body
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": body})


def answer_of(application: WSGIApplication, request: WSGIEnvironment) -> HttpAnswer:
    """Run the application in this thread; an exception that escapes it becomes our page of a 500
    and a log entry."""
    try:
        return _run(application, request)
    except Exception:
        log.exception(
            "the application failed on %s %s", request["REQUEST_METHOD"], request["PATH_INFO"]
        )
        return plain(HTTPStatus.INTERNAL_SERVER_ERROR)


def _run(application: WSGIApplication, request: WSGIEnvironment) -> HttpAnswer:
    started: list[tuple[str, list[tuple[str, str]]]] = []
    body = io.BytesIO()

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> Callable[[bytes], int]:
        started[:] = [
            (status, headers)
        ]  # nothing was sent yet, so an error page may replace what was begun
        return body.write

    parts = application(request, start_response)
    try:
        for part in parts:
            body.write(part)
    finally:
        close = getattr(parts, "close", None)
        if close:
            close()
    status, headers = started[0]
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return HttpAnswer(int(status.split(" ", 1)[0]), encoded, body.getvalue())


def environ(scope: Scope, body: bytes) -> WSGIEnvironment:
    """The WSGI environment (PEP 3333) of an ASGI HTTP scope with its whole body."""
    path = unquote_to_bytes(scope["raw_path"]) if scope.get("raw_path") else scope["path"].encode()
    root = scope.get("root_path", "").encode()
    server = scope.get("server") or ("localhost", 80)
    found: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root.decode("latin-1"),
        "PATH_INFO": path.removeprefix(root).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or ""),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if scope.get("client"):
        found["REMOTE_ADDR"] = scope["client"][0]
    for name, value in scope["headers"]:
        _add_header(found, name.decode("latin-1"), value.decode("latin-1"))
    return found


def _add_header(found: WSGIEnvironment, name: str, value: str) -> None:
    if "_" in name or name == "content-length":
        # X_Forwarded_For must not pass for X-Forwarded-For; the length is that of the body we read
        return
    key = "HTTP_" + name.upper().replace("-", "_")
    if name == "content-type":
        key = "CONTENT_TYPE"
        value = CHARSET.sub("", value)
    if key in found:
        value = found[key] + BETWEEN.get(name, ",") + value
    found[key] = value


def plain(status: HTTPStatus) -> HttpAnswer:
    """Our page for this refusal."""
    return _answer(status, page_of(status))


def overloaded(scope: Scope) -> HttpAnswer:
    """Too many wait: a page that says so and tries again by itself, unless that would be a form."""
    safe = scope["method"] in ("GET", "HEAD")
    return _answer(
        HTTPStatus.SERVICE_UNAVAILABLE,
        busy_page(RETRY_SECONDS if safe else 0),
        (b"retry-after", str(RETRY_SECONDS).encode()),
    )


def _answer(status: HTTPStatus, page: bytes, *more: tuple[bytes, bytes]) -> HttpAnswer:
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(page)).encode()),
        (b"cache-control", b"no-store"),
        *((name.lower().encode(), value.encode()) for name, value in ON_EVERY_PAGE.items()),
    ]
    return HttpAnswer(status, [*headers, *more], page)
