"""A page is told what changed, exactly what it missed, or to read anew: over real sockets, through
a real relay."""

from __future__ import annotations

import asyncio
import json
import zlib

import pytest
import websockets
from django.db import connections, transaction

from backend.common.clock import now
from backend.outbox import doorbell
from backend.outbox.kinds import SessionChanged
from backend.outbox.models import Event
from backend.outbox.operations import begin_epoch
from backend.outbox.record import record
from tests.factories import make_rota, make_session
from tests.live.conftest import Page, Web, hears_ticks

pytestmark = pytest.mark.django_db(transaction=True)


async def happened(*streams: str, times: int = 1) -> None:
    def work() -> None:
        for _ in range(times):
            with transaction.atomic():
                record(SessionChanged(rota=1, session=7), streams=streams, now=now(), actor=None)
        connections.close_all()

    await asyncio.to_thread(work)


async def in_database(work: object, **fields: object) -> None:
    def run() -> None:
        work(**fields)  # type: ignore[operator]
        connections.close_all()

    await asyncio.to_thread(run)


@transaction.atomic
def at_once(stream: str, times: int) -> None:
    for _ in range(times):
        record(SessionChanged(rota=1, session=7), streams=[stream], now=now(), actor=None)


async def tell_until(page: Page, seq: int) -> dict[str, object]:
    while True:
        frame = await page.next("ev")
        if frame["seq"] >= seq:
            return frame


@pytest.fixture
def session() -> str:
    return f"session.{make_session(rota=make_rota()).pk}"


def test_a_change_reaches_the_pages_that_show_it_and_no_other(
    web: Web, relay: None, session: str
) -> None:
    async def story() -> None:
        async with web.page(session) as page, web.page() as other:
            assert (await page.next("hello"))["seq"] == (await other.next("hello"))["seq"] == 0
            await happened(session)
            assert await page.next("ev") == {"t": "ev", "seq": 1, "streams": [session]}
            await other.silence()

    asyncio.run(story())


def test_a_returning_page_gets_exactly_what_it_missed(web: Web, relay: None, session: str) -> None:
    async def story() -> None:
        async with web.page(session) as page:
            await page.next("hello")
            await happened(session)
            seen = (await page.next("ev"))["seq"]
        async with web.page(session, since=seen) as page:
            assert (await page.next("hello"))["seq"] == seen
            await page.silence()
            await happened("rota.1", times=3)
            await happened(session, times=2)
            await happened("rota.1", times=2)
            await tell_until(page, seen + 4)
        await asyncio.sleep(0.2)
        async with web.page(session, since=seen) as page:
            assert (await page.next("hello"))["seq"] == seen  # not yet up to date
            assert await page.next("ev") == {"t": "ev", "seq": seen + 7, "streams": [session]}
            await page.silence()
        async with web.page(session, since=seen + 5) as page:
            assert (await page.next("hello"))["seq"] == seen + 7
            await page.silence()

    asyncio.run(story())


def test_a_new_process_tells_returning_pages_what_they_missed_before_it_started(
    relay: None, session: str, request: pytest.FixtureRequest
) -> None:
    async def before() -> None:
        await happened("rota.1", times=3)
        await happened(session)

    asyncio.run(before())
    from tests.scheduler.processes import until

    until(lambda: not Event.objects.filter(seq__isnull=True).exists())
    web: Web = request.getfixturevalue("web")

    async def after() -> None:
        async with web.page(session, since=2) as page:
            assert await page.next("ev") == {"t": "ev", "seq": 4, "streams": [session]}

    asyncio.run(after())


def test_who_asks_from_too_long_ago_or_from_the_future_reads_anew(
    relay: None, session: str, request: pytest.FixtureRequest
) -> None:
    async def before() -> None:
        await happened(session, times=6)

    asyncio.run(before())
    from tests.scheduler.processes import until

    until(lambda: not Event.objects.filter(seq__isnull=True).exists())
    Event.objects.filter(seq__lte=3).delete()  # what the daily pruning does
    web: Web = request.getfixturevalue("web")

    async def after() -> None:
        for since in (2, 700):
            async with web.page(session, since=since) as page:
                assert (await page.next("hello"))[
                    "seq"
                ] == since  # a line that breaks here must not leave it believing more
                assert (await page.next("resync"))["seq"] == 6
        async with web.page(session, since=3) as page:
            assert (await page.next("ev"))["seq"] == 6

    asyncio.run(after())


def test_after_a_restore_every_open_and_every_returning_page_reads_anew(
    web: Web, relay: None, session: str
) -> None:
    async def story() -> None:
        async with web.page(session) as page:
            await page.next("hello")
            await happened(session, times=2)
            await tell_until(page, 2)
            await in_database(begin_epoch, now=now())
            ahead = (await page.next("resync"))["seq"]
            assert ahead > 10**12
            await happened(session)
            assert (await page.next("ev"))["seq"] == ahead + 1
        async with web.page(session, since=2) as page:
            assert (await page.next("resync"))["seq"] == ahead + 1

    asyncio.run(story())


def test_a_burst_becomes_a_few_frames(web: Web, relay: None, session: str) -> None:
    async def story() -> None:
        async with web.page(session) as page:
            await page.next("hello")
            await in_database(at_once, stream=session, times=200)
            await tell_until(page, 200)
            assert len([frame for frame in page.frames if frame["t"] == "ev"]) < 4

    asyncio.run(story())


def test_a_fragment_may_bring_more_streams(web: Web, relay: None, session: str) -> None:
    async def story() -> None:
        async with web.page() as page:
            await page.next("hello")
            await happened(session)
            await page.line.send(json.dumps({"t": "listen", "since": 0, "streams": [session]}))
            assert await page.next("ev") == {"t": "ev", "seq": 1, "streams": [session]}
            await happened(session)
            assert (await page.next("ev"))["seq"] == 2

    asyncio.run(story())


def test_ticks_travel_without_the_database(web: Web, session: str) -> None:
    async def story() -> None:
        async with web.page(session) as page, web.page() as other:
            await page.next("hello")
            await other.next("hello")
            await hears_ticks()
            doorbell.tell("ticks", json.dumps({"stream": session, "data": {"placed": 12}}))
            assert await page.next("tick") == {
                "t": "tick",
                "stream": session,
                "data": {"placed": 12},
            }
            await other.silence()

    asyncio.run(story())


@pytest.mark.parametrize(
    "said",
    [
        "no json",
        "[]",
        "[" * 4000,
        '{"t":' * 800,
        '{"t":"claim"}',
        '{"t":"listen","since":0,"streams":["x"]}',
        '{"t":"listen","since":1e400,"streams":[]}',
        '{"t":"listen","since":9223372036854775808,"streams":[]}',
        '{"t":"listen","since":"²","streams":[]}',
        '{"t":"listen","since":0,"streams":["rota.9223372036854775808"]}',
        "9" * 4000,
        "9" * 4097,
    ],
)
def test_a_page_that_talks_nonsense_is_closed(web: Web, said: str) -> None:
    async def story() -> None:
        async with web.page() as page:
            await page.next("hello")
            await page.line.send(said)
            assert await page.closed() == (1009 if len(said) > 4096 else 4400)

    asyncio.run(story())


@pytest.mark.parametrize(
    "query",
    [
        "since=-1",
        "since=1e9",
        "since=9223372036854775808",
        "since=%C2%B2",
        "streams=rota.9223372036854775808",
        "streams=rota",
        "streams=rota.0",
        "streams=rota.1;drop",
        "streams=" + "rota.1," * 500 + "x",
    ],
)
def test_a_nonsense_address_is_closed(web: Web, query: str) -> None:
    async def story() -> None:
        own = f"127.0.0.1:{web.port}"
        origin = websockets.Origin(f"http://{own}")
        async with websockets.connect(f"ws://{own}/live/?{query}", origin=origin) as line:
            assert await Page(line).closed() == 4400

    asyncio.run(story())


def test_a_page_of_another_site_is_refused(web: Web) -> None:
    async def story() -> None:
        with pytest.raises(websockets.InvalidStatus) as refusal:
            async with web.page(origin="http://elsewhere.example"):
                raise AssertionError("it was let in")
        assert refusal.value.response.status_code == 403

    asyncio.run(story())


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "null", "x", "file://", "é"])
def test_an_origin_that_is_none_is_refused(web: Web, origin: str) -> None:
    async def story() -> None:
        with pytest.raises(websockets.InvalidStatus) as refusal:
            async with web.page(origin=origin):
                raise AssertionError("it was let in")
        assert refusal.value.response.status_code == 403

    asyncio.run(story())


@pytest.mark.parametrize("path", ["/", "/live", "/live/x/", "/v/", "/" + "x" * 4000])
def test_a_socket_of_another_address_is_refused(web: Web, path: str) -> None:
    async def story() -> None:
        own = f"127.0.0.1:{web.port}"
        origin = websockets.Origin(f"http://{own}")
        with pytest.raises(websockets.InvalidStatus) as refusal:
            async with websockets.connect(f"ws://{own}{path}", origin=origin):
                raise AssertionError("it was let in")
        assert refusal.value.response.status_code == 403

    asyncio.run(story())


NUL_QUOTED = (
    r'sessionid="aaaaaaaa\000aaaaaaaaaaaaaaaaaaaaaaa"'  # as a cookie's value may be written
)


@pytest.mark.parametrize("cookie", [NUL_QUOTED, "sessionid=" + "x" * 4000, ";;=;", "sessionid"])
def test_a_key_that_is_none_is_nobody_and_keeps_nobody_else_out(
    web: Web, session: str, cookie: str
) -> None:
    """Those who come together are answered together."""

    async def story() -> None:
        async with (
            web.page(session, cookie=cookie) as odd,
            web.page(session) as page,
            web.page("rota.1", cookie=cookie) as stranger,
        ):
            assert (await odd.next("hello"))["seq"] == (await page.next("hello"))["seq"] == 0
            assert await stranger.closed() == 4401

    asyncio.run(story())


def test_a_cookie_longer_than_a_socket_may_bring_is_refused(web: Web) -> None:
    async def story() -> None:
        with pytest.raises(websockets.InvalidStatus) as refusal:
            async with web.page(cookie="a=" + "b" * 9000):
                raise AssertionError("it was let in")
        assert refusal.value.response.status_code in (400, 431)

    asyncio.run(story())


TEXT, MORE, BINARY, PING = 0x1, 0x0, 0x2, 0x9
LAST, SQUEEZED = 0x80, 0x40


def piece(first: int, said: bytes = b"") -> bytes:
    """A frame as a browser sends it, masked with zeros."""
    size = len(said)
    length = bytes([0x80 | size]) if size < 126 else bytes([0xFE]) + size.to_bytes(2, "big")
    return bytes([first]) + length + bytes(4) + said


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (piece(LAST | BINARY, b"\0\1"), 4400),
        (piece(LAST | BINARY), 4400),
        (piece(LAST | TEXT), 4400),
        (piece(LAST | TEXT, b"\xff\xfe"), 1007),
        (piece(LAST | TEXT, b'{"t":"ping"}' + b" " * 4085), 1009),
        (piece(LAST | TEXT, b"[" * 50_000), 1009),
        (piece(LAST | SQUEEZED | TEXT, zlib.compress(b"[" * 10**6)), 1002),
        (piece(TEXT, b"a" * 4000) + piece(MORE, b"a" * 4000), 1009),
        (piece(TEXT) + piece(MORE) * 100_000, 1009),
        (piece(LAST | MORE, b"x"), 1002),
        (piece(0x3, b"x"), 1002),
        (piece(LAST | PING, b"x" * 126), 1002),
        (bytes([LAST | TEXT, 1]) + b"x", 1002),
    ],
)
def test_a_frame_that_no_page_sends_closes_the_socket(web: Web, sent: bytes, code: int) -> None:
    async def story() -> None:
        async with web.page() as odd, web.page() as page:
            await odd.next("hello")
            odd.line.transport.write(sent)
            assert await odd.closed() == code
            await page.next("hello")
            await page.line.send(json.dumps({"t": "ping"}))
            await page.silence()

    asyncio.run(story())
