"""A provider that never comes to an end holds up messages, and nothing else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import connection

from backend.accounts.models import Code
from backend.accounts.operations import request_code
from backend.common.clock import now
from backend.common.models import Heartbeat
from backend.launcher.parts import argv_of
from backend.notifications.channels.base import Message, Refused, Sent
from backend.notifications.models import Delivery
from backend.notifications.operations import tell_everybody
from backend.organisations.models import Membership
from backend.organisations.operations import end_membership
from scheduler.app import app
from scheduler.timetable import TIMETABLE
from tests.factories import make_coordinator, make_organisation
from tests.notifications.post import Box
from tests.outbox.numbering import number_all
from tests.scheduler.processes import python, until, valkey

RELAY = "from scheduler import relay; relay.main()"
PART = """
import os, sys
from backend.launcher.parts import argv_of
os.execv(sys.executable, [sys.executable, *argv_of({part!r})])
"""
NOTE_TIMETABLE = """
from scheduler.app import app
app.send_task("scheduler.tasks.clock.note_timetable")
"""


class Endless:
    """A mail server that greets for ever: one line after the other, each of them in time."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.called = threading.Event()
        self.left = threading.Event()  # whoever called first has hung up
        self.over = threading.Event()
        threading.Thread(target=self._greet, daemon=True).start()

    def _greet(self) -> None:
        line, _ = self.listener.accept()
        self.called.set()
        with line:
            try:
                while not self.over.wait(1):
                    line.sendall(b"220-a moment\r\n")
            except OSError:
                self.left.set()


@dataclass
class Slow(Box):
    """While it sends, another turn comes round."""

    beside: Box = field(default_factory=Box)

    def send(self, message: Message, address: str) -> Sent | Refused:
        other = threading.Thread(target=self._turn)
        other.start()
        other.join()
        return super().send(message, address)

    def _turn(self) -> None:
        """Everything is due again, as after a lease."""
        Delivery.objects.update(next_at=now())
        tell_everybody(channels={"file": self.beside}, now=now())
        connection.close()


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Endless]:
    server = Endless()
    for name, value in (
        ("CHANNELS", "email,file"),
        ("EMAIL_HOST", "127.0.0.1"),
        ("EMAIL_PORT", str(server.port)),
        ("EMAIL_SECURITY", "none"),
        ("EMAIL_FROM", "roster@roster.example"),
        ("MESSAGES_FOLDER", str(tmp_path / "messages")),
    ):
        monkeypatch.setenv(name, value)
    yield server
    server.over.set()
    server.listener.close()


@pytest.mark.django_db(transaction=True)
def test_a_provider_that_never_ends_holds_up_neither_tasks_nor_codes(endless: Endless) -> None:
    user = make_coordinator(organisation=make_organisation())
    user.email = "lin@example.org"
    user.save()
    end_membership(membership=Membership.objects.get(user=user), actor=None, now=now())
    with (
        valkey() as bell,
        python(RELAY, bell.url),
        python(PART.format(part="worker"), bell.url),
        python(PART.format(part="sender"), bell.url),
    ):
        assert endless.called.wait(120)
        code = request_code(number="13800138000", address="", language="zh-hans", now=now())
        until(lambda: Code.objects.filter(pk=code.pk, sent_at__isnull=False).exists(), 30)
        with python(NOTE_TIMETABLE, bell.url):
            until(lambda: Heartbeat.objects.filter(role="timetable").exists(), 30)
        assert not endless.left.is_set()
        assert set(Delivery.objects.filter(user=user).values_list("state", "attempts")) == {
            ("waiting", 0)
        }


@pytest.mark.django_db(transaction=True)
def test_messages_take_one_child_of_the_sender_and_leave_the_other_to_codes() -> None:
    """Of two turns at once the second finds nothing to do and ends."""
    user = make_coordinator(organisation=make_organisation())
    end_membership(membership=Membership.objects.get(user=user), actor=None, now=now())
    number_all()
    first = Slow()
    tell_everybody(channels={"file": first}, now=now())
    assert len(first.got) == 1
    assert first.beside.got == []


def test_what_waits_for_a_provider_goes_to_the_sender_alone() -> None:
    sending = {
        "scheduler.tasks.messages.plan",
        "scheduler.tasks.clock.send_messages",
        "scheduler.tasks.codes.send_code",
        "scheduler.tasks.clock.send_codes",
    }
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if name.startswith("scheduler.")}
    assert sending | {entry["task"] for entry in TIMETABLE.values()} <= ours
    queues = {name: app.amqp.router.route({}, name)["queue"].name for name in ours}
    assert {name for name, queue in queues.items() if queue in ("messages", "codes")} == sending
    assert argv_of("sender")[argv_of("sender").index("-Q") + 1] == "messages,codes"
    assert argv_of("worker")[argv_of("worker").index("-Q") + 1] == "default"
