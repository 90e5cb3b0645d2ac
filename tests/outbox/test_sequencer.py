"""Numbers in commit order, without gaps, whatever the writers do."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection, connections, transaction

from backend.common.clock import now
from backend.outbox.kinds import ShiftClaimed
from backend.outbox.models import Event
from backend.outbox.record import record
from backend.outbox.sequencer import Stamped, sole_right, stamp
from tests.faults.stand import until

WRITERS, EACH = 8, 60
# A round may find nothing ready: the server's own upkeep and a test beside this one, in a database
# of its own, hold an event back until they end (sequencer.STAMP).
PATIENCE = 120


def write_one(number: int, hold: float = 0.0) -> None:
    with transaction.atomic():
        record(
            ShiftClaimed(rota=1, session=number, shift=1, volunteer=1, assignment=1),
            streams=[f"session.{number}"],
            now=now(),
            actor=None,
        )
        time.sleep(hold)


def writer(seed: int) -> None:
    """Transactions of very different length, so that ids and commits come in different orders."""
    chance = random.Random(seed)
    try:
        for step in range(EACH):
            write_one(seed * EACH + step, hold=chance.choice((0, 0, 0.002, 0.02)))
    finally:
        connections.close_all()


@pytest.fixture
def eight_writers(transactional_db: None) -> Iterator[list[threading.Thread]]:
    threads = [threading.Thread(target=writer, args=(seed,)) for seed in range(WRITERS)]
    for thread in threads:
        thread.start()
    yield threads
    for thread in threads:
        thread.join()


def numbered(many: int) -> list[Stamped]:
    """The next so many, each when its turn has come."""
    found: list[Stamped] = []

    def read() -> bool:
        found.extend(stamp())
        return len(found) >= many

    until(read, PATIENCE, f"{many} events", every=0)
    return found


def finished(threads: list[threading.Thread]) -> bool:
    return not any(thread.is_alive() for thread in threads)


def test_a_reader_of_numbers_misses_nothing(eight_writers: list[threading.Thread]) -> None:
    seen: list[int] = []

    def read() -> bool:
        seen.extend(event.seq for event in stamp())
        return finished(eight_writers) and not Event.objects.filter(seq__isnull=True).exists()

    until(read, PATIENCE, "a number for every event", every=0)
    seen += [event.seq for event in stamp()]
    assert seen == list(range(1, WRITERS * EACH + 1))


def test_control_a_reader_of_ids_loses_rows(eight_writers: list[threading.Thread]) -> None:
    """What the sequencer is for: paging by raw id passes rows that commit late."""
    seen: set[int] = set()
    cursor = 0
    while True:
        last = finished(eight_writers)
        ids = list(Event.objects.filter(id__gt=cursor).order_by("id").values_list("id", flat=True))
        seen.update(ids)
        cursor = max(ids, default=cursor)
        if last and not ids:
            break
    assert len(seen) < Event.objects.count()


@pytest.mark.django_db(transaction=True)
def test_an_open_transaction_holds_later_ones_back_and_then_comes_first() -> None:
    started, end = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                record(
                    ShiftClaimed(rota=1, session=1, shift=1, volunteer=1, assignment=1),
                    streams=["session.1"],
                    now=now(),
                    actor=None,
                )
                started.set()
                end.wait(10)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    started.wait(10)
    write_one(2)
    held_back = stamp()
    end.set()
    thread.join()
    assert held_back == []
    assert [(event.seq, event.payload["session"]) for event in numbered(2)] == [(1, 1), (2, 2)]


@pytest.mark.django_db(transaction=True)
def test_an_open_transaction_of_another_database_holds_nothing_up() -> None:
    settings = connection.get_connection_params()
    with psycopg.connect(
        **{**settings, "dbname": "postgres", "cursor_factory": None, "context": None}
    ) as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        write_one(1)
        assert [event.seq for event in numbered(1)] == [1]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_gap() -> None:
    write_one(1)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(
            ShiftClaimed(rota=1, session=2, shift=1, volunteer=1, assignment=1),
            streams=["session.2"],
            now=now(),
            actor=None,
        )
        1 / 0  # noqa: B018
    write_one(3)
    assert [(event.seq, event.payload["session"]) for event in numbered(2)] == [(1, 1), (2, 3)]


@pytest.mark.django_db(transaction=True)
def test_only_one_session_has_the_right() -> None:
    answers: list[bool] = []

    def second() -> None:
        try:
            with sole_right() as mine:
                answers.append(mine)
        finally:
            connections.close_all()

    def ask() -> None:
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()

    with sole_right() as mine:
        assert mine
        ask()
    ask()
    assert answers == [False, True]


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        record(
            ShiftClaimed(rota=1, session=1, shift=1, volunteer=1, assignment=1),
            streams=["session.1"],
            now=now(),
            actor=None,
        )
