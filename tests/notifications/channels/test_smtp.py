"""Letters, at a real mail server on this machine."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core import mail
from pytest_django import Settings

from backend.notifications.channels.base import Message, Refused, Sent, Unreachable
from backend.notifications.channels.smtp import SmtpChannel
from backend.notifications.links import no_mail_link, read
from backend.notifications.operations.tapping import stop_mail
from tests.factories import NOW
from tests.notifications.channels.provider import Provider

pytestmark = pytest.mark.django_db
WHOLE = b"""\
Content-Type: text/plain; charset="utf-8"\r
MIME-Version: 1.0\r
Content-Transfer-Encoding: 8bit\r
Subject: =?utf-8?b?5pyJ5LiA5Liq5paw6YKA6K+3?=\r
From: =?utf-8?b?6IyJ6I6J5o6S54+t?= <roster@roster.example>\r
To: lin@example.org\r
Date: Sat, 05 Dec 2026 01:30:00 -0000\r
Message-ID: <%(name)s@roster.example>\r
Auto-Submitted: auto-generated\r
X-Auto-Response-Suppress: All\r
Content-Language: zh-CN\r
List-Unsubscribe: <https://roster.example%(leave)s>\r
List-Unsubscribe-Post: List-Unsubscribe=One-Click\r
\r
%(text)s\r
"""


class Office:
    """Says what a test wants to each command, and keeps the letters that it took."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.to_address = "250 OK"
        self.to_letter = "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_address.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_address

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken.append(envelope)
        return self.to_letter


class Anywhere(Controller):
    """At a port that the machine chooses."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    office = Office()
    server = Anywhere(office, hostname="127.0.0.1", port=0, enable_SMTPUTF8=False)
    server.start()
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.PUBLIC_URL = "https://roster.example"
    settings.DEFAULT_FROM_EMAIL = "茉莉排班 <roster@roster.example>"
    yield office
    server.stop()


def trouble(message: Message, address: str = "lin@example.org") -> str:
    with pytest.raises(Unreachable) as caught:
        SmtpChannel().send(message, address)
    return caught.value.code


def content(office: Office, number: int = -1) -> bytes:
    found = office.taken[number].original_content
    assert isinstance(found, bytes)
    return found


def test_a_letter_arrives_byte_for_byte(
    office: Office, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail.message, "formatdate", lambda **_: "Sat, 05 Dec 2026 01:30:00 -0000")
    sent = SmtpChannel().send(message, "lin@example.org")
    name = "ee57cb721d12cdb736a0f89c6f314a8a"
    text = f"{message.text}\r\n\r\n{message.link}".encode()
    leave = no_mail_link("lin@example.org").encode()
    assert content(office) == WHOLE % {b"name": name.encode(), b"text": text, b"leave": leave}
    assert sent == Sent(f"<{name}@roster.example>")
    assert office.taken[0].mail_from == "roster@roster.example"
    assert office.taken[0].rcpt_tos == ["lin@example.org"]


def test_whoever_wants_no_more_gets_no_more(office: Office, message: Message) -> None:
    link = read(no_mail_link("lin@example.org").split("/")[2])
    assert link is not None
    stop_mail(link=link, stop=True, now=NOW)
    assert SmtpChannel().send(message, "Lin@Example.org") == Refused("unsubscribed")
    assert isinstance(SmtpChannel().send(message, "other@example.org"), Sent)
    stop_mail(link=link, stop=False, now=NOW)
    assert isinstance(SmtpChannel().send(message, "lin@example.org"), Sent)
    assert [taken.rcpt_tos for taken in office.taken] == [
        ["other@example.org"],
        ["lin@example.org"],
    ]


def test_the_same_message_has_the_same_name_and_another_has_another(
    office: Office, message: Message
) -> None:
    first = SmtpChannel().send(message, "lin@example.org")
    assert SmtpChannel().send(message, "lin@example.org") == first
    assert SmtpChannel().send(replace(message, key="another"), "lin@example.org") != first
    names = [email.message_from_bytes(content(office, n))["Message-ID"] for n in range(3)]
    assert names[0] == names[1] != names[2]


def test_a_subject_of_many_lines_adds_no_header(office: Office, message: Message) -> None:
    SmtpChannel().send(replace(message, title="A\r\nBcc: all@example.org"), "lin@example.org")
    read = email.message_from_bytes(content(office), policy=email.policy.default)
    assert read["Subject"] == "A Bcc: all@example.org" and read["Bcc"] is None
    assert office.taken[0].rcpt_tos == ["lin@example.org"]


@pytest.mark.parametrize(
    "address",
    ["", "lin", "lin@", "a@b c", "a@b\r\nRCPT TO:<c@d>", "a@b,c@d", "Lin <a@b>", "林@例.cn", "@"],
)
def test_what_is_no_address_gets_no_letter(office: Office, message: Message, address: str) -> None:
    assert SmtpChannel().send(message, address) == Refused("no_address")
    assert office.taken == []


def test_an_address_that_the_server_refuses_for_good_is_not_tried_again(
    office: Office, message: Message
) -> None:
    office.to_address = "550 no such person"
    assert SmtpChannel().send(message, "lin@example.org") == Refused("smtp_550")
    office.to_address = "450 later"
    assert trouble(message) == "smtp_450"


def test_a_letter_that_the_server_refuses_for_good_is_not_tried_again(
    office: Office, message: Message
) -> None:
    office.to_letter = "554 not this"
    assert SmtpChannel().send(message, "lin@example.org") == Refused("smtp_554")
    office.to_letter = "452 full"
    assert trouble(message) == "smtp_452"


def test_a_server_that_is_away_is_tried_later(
    office: Office, message: Message, settings: Settings
) -> None:
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = "x"  # the server asks for none
    assert trouble(message) == "away"
    settings.EMAIL_PORT = 1
    assert trouble(message) == "away"


def test_a_server_that_hangs_is_left(message: Message, settings: Settings, house: Provider) -> None:
    """It takes the connection and never says a word."""
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = int(house.host.partition(":")[2])
    assert settings.EMAIL_TIMEOUT == 10
    settings.EMAIL_TIMEOUT = 0.05
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    assert trouble(message) == "away"
