"""A page is told what changed, exactly what it missed, or to read anew; over real sockets, through a real relay."""
from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import connections, transaction

from backend.common.clock import now
from backend.outbox.operations import begin_epoch
from backend.outbox.queries import newest
from backend.outbox.record import record
from tests.factories import make_rota, make_session
from tests.live.conftest import Web

pytestmark = pytest.mark.django_db(transaction=True)


def happen(*streams: str, kind: str = "session_changed") -> None:
    with transaction.atomic():
        record(kind, streams=streams, now=now())


async def happened(*streams: str, kind: str = "session_changed") -> None:
    def work() -> None:
        happen(*streams, kind=kind)
        connections.close_all()

    await asyncio.to_thread(work)


@pytest.fixture
def session() -> str:
    rota = make_rota(state="published")
    return f"session.{make_session(rota=rota).pk}"


def test_a_change_reaches_the_pages_that_show_it(web: Web, relay: None, session: str) -> None:
    async def story() -> None:
        async with web.page(session) as page, web.page() as other:
            assert (await page.next("hello"))["seq"] == (await other.next("hello"))["seq"]
            await happened(session)
            frame = await page.next("ev")
            assert frame["streams"] == [session]
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
        for _ in range(5):
            await happened(session, "rota.1")
        await happened("rota.1")
        async with web.page() as watch:
            while (await watch.next("hello"))["seq"] < seen + 6:
                break
        await asyncio.sleep(1.2)
        async with web.page(session, since=seen) as page:
            frames = [await page.next("hello"), await page.next("ev")]
            assert frames[0]["seq"] == seen
            assert frames[1] == {"t": "ev", "seq": seen + 6, "streams": [session]}
            await page.silence()

    asyncio.run(story())
