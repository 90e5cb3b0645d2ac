"""After a restart everybody comes back at once: what that costs follows the time and not the crowd, and rights are still asked of each."""
from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import User
from backend.common.clock import now
from backend.live.feed import past
from backend.live.process import Live
from backend.organisations.models import Membership
from backend.organisations.operations import end_membership
from backend.outbox.models import Event
from tests.factories import make_coordinator, make_organisation, make_rota
from tests.live.conftest import Page, Web, cookie_of
from tests.live.test_sockets import happened
from tests.scheduler.processes import until

pytestmark = pytest.mark.django_db(transaction=True)
MISSED = 50


@contextmanager
def held_up() -> Iterator[list[str]]:
    """Nobody is answered inside; the statements that answer them all afterwards."""
    live, statements, gate = running(), [], threading.Event()

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        if "outbox" not in sql:  # the second's look at the table
            statements.append(sql)
        return execute(sql, *rest)

    thread = live.database._thread
    thread.submit(lambda: connection.execute_wrappers.append(note)).result()
    thread.submit(gate.wait)
    try:
        yield statements
    finally:
        gate.set()


def running() -> Live:
    assert Live.here is not None
    return Live.here


async def waiting(count: int) -> None:
    """Until so many stand at the door behind those of the look that is under way."""
    while len(running().door._waiting) < count:
        await asyncio.sleep(0.01)


def lose_role(user: User) -> None:
    end_membership(membership=Membership.objects.get(user=user), actor=None, now=now())
    connections.close_all()


@pytest.fixture
def rota() -> Any:
    return make_rota(organisation=make_organisation(level=2), state="draft")


@pytest.fixture
def restarted(relay: None, rota: Any, request: pytest.FixtureRequest) -> Web:
    """A process that starts when so many events have happened."""
    asyncio.run(happened(f"rota.{rota.pk}", times=MISSED))
    until(lambda: not Event.objects.filter(seq__isnull=True).exists())
    web: Web = request.getfixturevalue("web")
    return web


@pytest.mark.parametrize("lines", [2, 20])
def test_a_crowd_that_returns_costs_as_many_statements_as_a_few(restarted: Web, rota: Any, lines: int) -> None:
    cookies = [cookie_of(make_coordinator(organisation=rota.organisation)) for _ in range(10)]

    async def story() -> None:
        async with AsyncExitStack() as stack:
            with held_up() as statements:
                coming = [restarted.page(f"rota.{rota.pk}", since=0, cookie=cookie) for cookie in cookies for _ in range(lines)]
                pages = await asyncio.gather(*(stack.enter_async_context(page) for page in coming))
                async with asyncio.timeout(20):
                    await waiting(len(pages) - len(cookies))
            for page in pages:
                assert (await page.next("ev"))["seq"] == MISSED
            assert len(statements) <= 3 * 4  # looks: sessions, users, memberships, rotas

    asyncio.run(story())


def test_who_lost_her_role_meanwhile_is_refused_among_those_who_are_let_in(restarted: Web, rota: Any) -> None:
    others, her = [cookie_of(make_coordinator(organisation=rota.organisation)) for _ in range(2)], make_coordinator(organisation=rota.organisation)
    cookies = [*others, cookie_of(her), *others]

    async def story() -> None:
        async with AsyncExitStack() as stack:
            with held_up():
                coming = [restarted.page(f"rota.{rota.pk}", since=0, cookie=cookie) for cookie in cookies]
                pages: list[Page] = [await stack.enter_async_context(page) for page in coming]
                async with asyncio.timeout(20):
                    await waiting(len(pages) - 1)
                await asyncio.to_thread(lose_role, her)
            assert await pages.pop(2).closed() == 4403
            for page in pages:
                assert (await page.next("ev"))["streams"] == [f"rota.{rota.pk}"]

    asyncio.run(story())


@pytest.mark.parametrize("times", [0, 1, 30])
def test_a_new_process_reads_the_past_in_one_statement(relay: None, times: int) -> None:
    asyncio.run(happened("rota.1", "rota.2", times=times))
    asyncio.run(happened("rota.2", times=times))
    until(lambda: not Event.objects.filter(seq__isnull=True).exists())
    with CaptureQueriesContext(connection) as statements:
        history = past()
    assert len(statements) == 1
    assert (history.floor, history.position) == (0, 2 * times)
    assert history.newest == ({"rota.1": times, "rota.2": 2 * times} if times else {})
