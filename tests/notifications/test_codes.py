"""A code reaches the phone once, also when its provider was away."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from backend.accounts.models import Code
from backend.accounts.operations import claim_code, request_code, try_code
from backend.accounts.operations.codes import LEASE
from backend.notifications.channels import for_codes, on
from backend.notifications.channels.base import Message, Refused, Sent, Unreachable
from backend.notifications.channels.budget import Budgeted
from backend.notifications.codes import send_code, send_codes
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(seconds=30)


@dataclass
class Provider:
    """Takes what it is handed, or answers as it is told to."""

    name: str = "sms"
    answers: list[Sent | Refused | Unreachable] = field(default_factory=list)
    taken: list[tuple[str, Message]] = field(default_factory=list)

    def send(self, message: Message, address: str) -> Sent | Refused:
        self.taken.append((address, message))
        answer = self.answers.pop(0) if self.answers else Sent("1")
        if isinstance(answer, Unreachable):
            raise answer
        return answer


def code(language: str = "zh-hans") -> Code:
    return request_code(number="13800138000", address="", language=language, now=NOW)


def test_it_is_sent_once_however_often_the_task_runs() -> None:
    provider = Provider()
    row = code()
    send_code(code_id=row.pk, channels={"sms": provider}, now=NOW)
    send_code(code_id=row.pk, channels={"sms": provider}, now=NOW)
    send_codes(channels={"sms": provider}, now=SOON, go_on=lambda: True)
    ((address, message),) = provider.taken
    assert address == "13800138000"
    said = "10 分钟内有效。不要告诉别人；不是你要的，不用理会。"
    assert message.text == f"验证码 {row.secret}，{said}"
    assert message.variables == {"code": row.secret}
    assert row.secret not in message.title


def test_it_speaks_the_language_of_who_asked() -> None:
    provider = Provider()
    send_code(code_id=code("en").pk, channels={"sms": provider}, now=NOW)
    assert provider.taken[0][1].title == "Sign-in code"


def test_a_provider_that_was_away_is_asked_again() -> None:
    provider = Provider(answers=[Unreachable("away")])
    send_code(code_id=code().pk, channels={"sms": provider}, now=NOW)
    send_codes(channels={"sms": provider}, now=SOON, go_on=lambda: True)
    send_codes(channels={"sms": provider}, now=SOON, go_on=lambda: True)
    assert len(provider.taken) == 2


def test_a_number_that_is_refused_is_not_asked_again() -> None:
    provider = Provider(answers=[Refused("unknown")])
    send_code(code_id=code().pk, channels={"sms": provider}, now=NOW)
    send_codes(channels={"sms": provider}, now=SOON, go_on=lambda: True)
    assert len(provider.taken) == 1


def test_what_is_over_or_used_is_not_sent() -> None:
    provider = Provider()
    row = code()
    send_code(code_id=row.pk, channels={"sms": provider}, now=NOW + timedelta(minutes=10))
    try_code(code_id=row.pk, typed=row.secret, now=NOW)
    send_code(code_id=row.pk, channels={"sms": provider}, now=NOW)
    assert provider.taken == []


def test_two_workers_at_once_send_it_once() -> None:
    provider = Provider()
    row = code()

    class Slow(Provider):
        def send(self, message: Message, address: str) -> Sent | Refused:
            send_code(code_id=row.pk, channels={"sms": provider}, now=SOON)
            send_codes(channels={"sms": provider}, now=SOON, go_on=lambda: True)
            return super().send(message, address)

    slow = Slow()
    send_code(code_id=row.pk, channels={"sms": slow}, now=NOW)
    assert (len(slow.taken), len(provider.taken)) == (1, 0)


def test_a_worker_that_died_over_it_is_followed_by_another() -> None:
    provider = Provider()
    row = code()
    assert claim_code(code_id=row.pk, now=NOW) is not None
    send_codes(channels={"sms": provider}, now=SOON, go_on=lambda: True)
    assert provider.taken == []
    send_codes(channels={"sms": provider}, now=NOW + LEASE, go_on=lambda: True)
    assert len(provider.taken) == 1


def test_messages_and_codes_use_up_nothing_of_each_other(settings) -> None:  # type: ignore[no-untyped-def]
    settings.CHANNELS = ["file"]
    settings.CHANNEL_BUDGETS = {"file": 1}
    assert isinstance(on()["file"], Budgeted)
    assert not isinstance(for_codes()["file"], Budgeted)
