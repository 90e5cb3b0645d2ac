"""The two pages that say what runs when; and a task as a real worker runs it."""

from __future__ import annotations

import inspect
from dataclasses import fields
from typing import Any

import pytest
from django.db import transaction

from backend.common.clock import now
from backend.common.request_id import request_id
from backend.outbox.kinds import SessionChanged
from backend.outbox.models import Event
from backend.outbox.record import record
from backend.outbox.shape import Kind
from backend.outbox.stored import KINDS, read
from backend.rota.operations import claim_shift
from scheduler.app import app, broker_url
from scheduler.subscriptions import SUBSCRIPTIONS, tasks_of
from scheduler.timetable import TIMETABLE
from tests.factories import NOW, make_session, make_volunteer
from tests.scheduler.processes import RELAY, python, until, valkey


def registered() -> dict[str, Any]:
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if name.startswith("scheduler.")}


def test_every_task_of_the_timetable_exists_and_has_a_turn() -> None:
    timed = {entry["task"] for entry in TIMETABLE.values()}
    clock = {name for name in registered() if name.startswith("scheduler.tasks.clock.")}
    assert timed == clock


@pytest.mark.parametrize("kind", SUBSCRIPTIONS, ids=lambda kind: kind.kind)
def test_every_subscription_names_a_kind_a_task_and_what_it_takes(kind: type[Kind]) -> None:
    told = [field.name for field in fields(kind)]
    for task, ids, _ in SUBSCRIPTIONS[kind]:
        assert KINDS[kind.kind] is kind
        assert set(ids) <= set(told)
        assert tuple(inspect.signature(registered()[task].run).parameters) == ids


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seats", "tasks"), [((0, 8, 4), ["scheduler.tasks.seats.serve_line"]), (None, [])]
)
def test_a_place_in_a_session_without_seats_serves_no_line(
    seats: tuple[int, int, int] | None, tasks: list[str]
) -> None:
    session = make_session(seats=seats)
    her = make_volunteer(organisation=session.rota.organisation)
    claim_shift(volunteer_id=her.pk, shift_id=session.shifts.get().pk, actor=None, now=NOW)
    event = Event.objects.get(kind="shift_claimed")
    assert [task for task, _ in tasks_of(read(event.kind, event.payload))] == tasks
    del event.payload["seats"]  # as versions recorded it that did not tell
    assert [task for task, _ in tasks_of(read(event.kind, event.payload))] == [
        "scheduler.tasks.seats.serve_line"
    ]


def test_tasks_are_three_lines() -> None:
    for name, task in registered().items():
        lines = inspect.getsource(task.run).strip().splitlines()
        body = [
            line
            for line in lines
            if line.strip() and not line.strip().startswith(("@", "def ", '"""'))
        ]
        assert len(body) <= 3, name


def test_the_broker_address_of_a_unix_socket() -> None:
    assert broker_url("unix:///tmp/v.sock?db=3") == "redis+socket:///tmp/v.sock?virtual_host=3"
    assert broker_url("rediss://:secret@redis:6380/1") == "rediss://:secret@redis:6380/1"


WORKER = """
from scheduler.app import app  # sets Django up
from django.db import transaction
from backend.common.clock import now
from backend.outbox.kinds import SessionCancelled
from backend.outbox.record import record
from backend.rota.operations import claim_shift

@app.task(name="tests.note")
def note(session):
    with transaction.atomic():
        happened = SessionCancelled(rota=1, session=session)
        record(happened, streams=[f"session.{session}"], now=now(), actor=None)

app.worker_main(["worker", "-P", "solo", "-Q", "default", "--without-gossip", "--without-mingle",
                 "--without-heartbeat"])
"""


@pytest.mark.django_db(transaction=True)
def test_the_request_id_travels_from_the_event_through_the_task_to_its_event() -> None:
    with valkey() as bell, python(RELAY, bell.url), python(WORKER, bell.url):
        token = request_id.set("0123456789abcdef")
        with transaction.atomic():
            record(SessionChanged(rota=1, session=7), streams=["session.7"], now=now(), actor=None)
        request_id.reset(token)
        until(
            lambda: Event.objects.filter(kind="session_cancelled").exists(), seconds=60
        )  # a worker starts slowly on a busy machine
    assert Event.objects.get(kind="session_cancelled").request_id == "0123456789abcdef"
