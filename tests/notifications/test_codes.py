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
from backend.notifications.channels.templates import filled
from backend.notifications.codes import send_code, send_codes
from backend.volunteers.queries import said_to_guardian
from backend.words.codes import CODES
from tests.factories import NOW, make_organisation, make_volunteer

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


@pytest.mark.parametrize(
    ("purpose", "says"),
    [("again", "用来再确认一次是你"), ("number", "用来把这个手机号登记到账号上")],
)
def test_what_a_code_is_for_is_said_with_it(purpose: str, says: str) -> None:
    provider = Provider()
    row = request_code(
        number="13800138000", address="", language="zh-hans", now=NOW, purpose=purpose
    )
    send_code(code_id=row.pk, channels={"sms": provider}, now=NOW)
    message = provider.taken[0][1]
    assert says in message.text and "不要告诉别人" in message.text
    assert (message.template, message.title) == ("code", CODES[purpose]()[0])
    assert "登录" not in message.title


def test_a_guardian_reads_who_asks_for_what_and_whom_to_call_and_may_pass_it_on() -> None:
    provider = Provider()
    organisation = make_organisation(name="鼓楼区妇联")
    organisation.contact_phone = "0591-83360001"
    organisation.save()
    her = make_volunteer(organisation=organisation, name="林一一")
    row = request_code(
        number="13900000009",
        address="",
        language="zh-hans",
        now=NOW,
        purpose="guardian",
        about=her.pk,
    )
    send_code(code_id=row.pk, channels={"sms": provider}, now=NOW)
    message = provider.taken[0][1]
    assert message.text == (
        "林一一 未满 18 周岁，报名做鼓楼区妇联的志愿者，请你作为监护人同意："
        "不上门，不单独排班，晚上 8 点以后不排，随时可以撤回。"
        f"同意，就把验证码 {row.secret} 告诉 林一一，10 分钟内有效；不同意，不用理会。"
        "有疑问，请找鼓楼区妇联 0591-83360001。"
    )
    assert message.template == "code_guardian"
    assert message.variables["who"] == "林一一"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("Anne-Marie O’Neil", "Anne-Marie O’Neil"),
        ("领补贴点 t.cn/x1 回电13900000001", "领补贴点 tcnx 回电"),
        ("林" * 40, "林" * 20),
        ("0591-8336", "-"),
        ("12306", ""),
    ],
)
def test_nobody_has_us_send_a_stranger_an_address_or_a_number(name: str, said: str) -> None:
    """She names the telephone and her name, and nobody has looked at either."""
    her = make_volunteer(name=name)
    assert said_to_guardian(her.pk)["who"] == (said or her.number)


def test_a_code_takes_no_template_that_leaves_it_out() -> None:
    provider = Provider()
    send_code(code_id=code().pk, channels={"sms": provider}, now=NOW)
    message = provider.taken[0][1]
    assert filled({"*": ("T1", [("path", "path")])}, message, 20) is None
    assert filled({"code": ("T2", [("code", "code")])}, message, 20) is not None


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
