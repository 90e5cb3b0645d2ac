"""The relay as a process: killed, frozen, doubled, without Redis.

Numbers stay gap-free and no task is forgotten.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction

from backend.common.clock import now
from backend.outbox import queries
from backend.outbox.kinds import SessionChanged
from backend.outbox.models import Event
from backend.outbox.record import record
from scheduler.relay import Relay
from tests.scheduler.processes import RELAY, Valkey, python, until, valkey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bell() -> Iterator[Valkey]:
    with valkey() as server:
        yield server


def change(session: int) -> None:
    with transaction.atomic():
        record(
            SessionChanged(rota=1, session=session),
            streams=[f"session.{session}"],
            now=now(),
            actor=None,
        )


def numbered(count: int) -> bool:
    return queries.newest() == count


def test_a_change_is_numbered_and_its_task_handed_over(bell: Valkey) -> None:
    with python(RELAY, bell.url):
        for session in (1, 2, 3):
            change(session)
        until(lambda: queries.dispatched() == 3)  # written down once the tasks are handed over
    assert bell.tasks() == [("tests.note", {"session": n}) for n in (1, 2, 3)]


def test_a_relay_killed_between_numbering_and_dispatch_forgets_no_task(bell: Valkey) -> None:
    """Without Redis it numbers but cannot hand over: killed there, the next one begins where the
    tasks' cursor stands."""
    bell.kill()
    with python(RELAY, bell.url) as relay:
        change(1)
        until(lambda: numbered(1))
        assert queries.dispatched() == 0
        relay.kill()
        relay.wait()
    change(2)
    bell.start()
    with python(RELAY, bell.url):
        until(lambda: len(bell.tasks()) == 2)
    assert [ids["session"] for _, ids in bell.tasks()] == [1, 2]
    assert sorted(Event.objects.values_list("seq", flat=True)) == [1, 2]


def test_without_redis_events_are_still_numbered_and_tasks_follow(bell: Valkey) -> None:
    with python(RELAY, bell.url):
        change(1)
        until(lambda: len(bell.tasks()) == 1)
        bell.kill()
        change(2)
        until(lambda: numbered(2))
        bell.start()
        until(lambda: [ids["session"] for _, ids in bell.tasks()] == [2], seconds=5)


def test_the_second_relay_waits_and_takes_over(bell: Valkey) -> None:
    with python(RELAY, bell.url) as first:
        change(1)
        until(lambda: numbered(1))
        with python(RELAY, bell.url):
            time.sleep(1.5)  # it has started and waits
            first.kill()
            first.wait()
            change(2)
            until(lambda: [ids["session"] for _, ids in bell.tasks()] == [1, 2])


def test_a_frozen_relay_is_replaced_and_numbers_nothing_when_it_thaws(
    bell: Valkey, tmp_path: Path
) -> None:
    said = tmp_path / "second.log"
    with python(RELAY, bell.url) as first:
        change(1)
        until(lambda: numbered(1))
        os.kill(first.pid, signal.SIGSTOP)
        with python(RELAY, bell.url, said):
            change(2)
            until(lambda: numbered(2), seconds=15)
            assert "the working relay was silent for 5 s; its session is ended" in said.read_text()
            os.kill(first.pid, signal.SIGCONT)
            for session in range(3, 30):
                change(session)
                time.sleep(0.02)
            until(lambda: numbered(29))
    assert sorted(Event.objects.values_list("seq", flat=True)) == list(range(1, 30))


def test_an_event_that_does_not_say_what_its_task_needs_holds_up_no_other() -> None:
    change(1)
    Event.objects.update(payload={})
    change(2)
    taken: list[int] = []
    Relay(lambda task, ids, request: taken.append(ids["session"])).turn()
    assert (set(taken), queries.dispatched()) == ({2}, 2)


def test_a_broker_that_takes_half_a_batch_gets_the_rest_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from scheduler import subscriptions

    monkeypatch.setitem(
        subscriptions.SUBSCRIPTIONS,
        SessionChanged,
        (subscriptions.Subscription("note", ("session",)),),
    )
    taken: list[int] = []
    room = 2

    def broker(task: str, ids: dict[str, int], request: str) -> None:
        if len(taken) == room:
            raise ConnectionError("the broker is away")
        taken.append(ids["session"])

    relay = Relay(broker)
    for session in (1, 2, 3):
        change(session)
    relay.turn()
    assert (taken, queries.dispatched()) == ([1, 2], 2)
    room = 9
    relay.turn()
    assert (taken, queries.dispatched()) == ([1, 2, 3], 3)
