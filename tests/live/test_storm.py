"""After a restart everybody comes back at once: what that costs follows the time and not the crowd,
and rights are still asked of each."""

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
from backend.live.hub import Hub
from backend.live.process import Live
from backend.live.visitors import Visitor
from backend.organisations.models import Membership
from backend.organisations.operations import end_membership
from backend.outbox.models import Event
from tests.factories import make_coordinator, make_organisation, make_rota
from tests.live.conftest import Page, Web, cookie_of
from tests.live.test_sockets import happened
from tests.patience import patience
from tests.scheduler.processes import until

pytestmark = pytest.mark.django_db(transaction=True)
MISSED = 50


class Crush:
    """Everybody stands at the door and nobody is answered; `statements` are those that answer them
    all afterwards."""

    def __init__(self) -> None:
        self.asked = 0
        self.statements: list[str] = []
        self.open = threading.Event()


@contextmanager
def crush(monkeypatch: pytest.MonkeyPatch) -> Iterator[Crush]:
    live, found = Live.here, Crush()
    assert live is not None
    admit = live.door.admit

    async def counted(session: str, streams: set[str]) -> Visitor:
        found.asked += 1
        return await admit(session, streams)

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        if "outbox" not in sql:  # the second's look at the table
            found.statements.append(sql)
        return execute(sql, *rest)

    monkeypatch.setattr(live.door, "admit", counted)
    monkeypatch.setattr(
        Hub, "_check_again", lambda *_: None
    )  # the look of every five minutes is not this one
    live.database._thread.submit(lambda: connection.execute_wrappers.append(note)).result()
    live.database._thread.submit(found.open.wait)
    try:
        yield found
    finally:
        found.open.set()


async def all_ask(found: Crush, count: int) -> None:
    async with asyncio.timeout(patience(10)):
        while found.asked < count:
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
def test_a_crowd_that_returns_costs_as_many_statements_as_a_few(
    restarted: Web, rota: Any, lines: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookies = [cookie_of(make_coordinator(organisation=rota.organisation)) for _ in range(10)]

    async def story() -> None:
        async with AsyncExitStack() as stack:
            with crush(monkeypatch) as found:
                coming = [
                    restarted.page(f"rota.{rota.pk}", since=0, cookie=cookie)
                    for cookie in cookies
                    for _ in range(lines)
                ]
                pages = await asyncio.gather(*(stack.enter_async_context(page) for page in coming))
                await all_ask(found, len(pages))
            for page in pages:
                assert (await page.next("ev"))["seq"] == MISSED
            assert (
                4 <= len(found.statements) <= 2 * 4
            )  # a look for the first, one for all others: sessions, users, memberships, rotas

    asyncio.run(story())


def test_who_lost_her_role_meanwhile_is_refused_among_those_who_are_let_in(
    restarted: Web, rota: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    others, her = (
        [cookie_of(make_coordinator(organisation=rota.organisation)) for _ in range(2)],
        make_coordinator(organisation=rota.organisation),
    )
    cookies = [*others, cookie_of(her), *others]

    async def story() -> None:
        async with AsyncExitStack() as stack:
            with crush(monkeypatch) as found:
                coming = [
                    restarted.page(f"rota.{rota.pk}", since=0, cookie=cookie) for cookie in cookies
                ]
                pages: list[Page] = [await stack.enter_async_context(page) for page in coming]
                await all_ask(found, len(pages))
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
