"""Group robots, at a real server on this machine."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from backend.notifications.channels.base import Channel, Message, Refused, Sent, Unreachable
from backend.notifications.channels.robots import DingtalkRobot, WecomRobot, signature
from tests.notifications.channels.provider import Provider, nobody

BODY = (
    '{"msgtype": "text", "text": {"content": "有一个新邀请\\n'
    "周六 9:00，鼓楼区图书馆，请在周四前回复。"
    '\\nhttps://roster.example/l/abc"}}'
)


def robots(url: str, key: str = "693axxx6-7aoc") -> list[Channel]:
    return [WecomRobot(url, key), DingtalkRobot(url, key, "SECret")]


def test_wecom_is_told_byte_for_byte(house: Provider, message: Message) -> None:
    house.says('{"errcode": 0, "errmsg": "ok"}')
    assert robots(house.url)[0].send(message, "") == Sent("")
    [asked] = house.asked
    assert asked.line == "POST /cgi-bin/webhook/send?key=693axxx6-7aoc HTTP/1.1"
    assert asked.body == BODY.encode()
    assert asked.headers["content-type"] == "application/json; charset=utf-8"


def test_dingtalk_is_told_byte_for_byte(
    house: Provider, message: Message, moment: datetime
) -> None:
    house.says('{"errcode": 0, "errmsg": "ok"}')
    assert robots(house.url, "token0")[1].send(message, "") == Sent("")
    [asked] = house.asked
    target = urlsplit(asked.line.split(" ")[1])
    stamp = str(int(moment.timestamp()) * 1000)
    signed = hmac.new(b"SECret", f"{stamp}\nSECret".encode(), hashlib.sha256).digest()
    assert (target.path, parse_qs(target.query)) == (
        "/robot/send",
        {
            "access_token": ["token0"],
            "timestamp": [stamp],
            "sign": [base64.b64encode(signed).decode()],
        },
    )
    assert asked.body == BODY.encode()


def test_the_signature_is_the_one_of_the_published_steps() -> None:
    """HmacSHA256 of "timestamp\\nsecret" under the secret, in base64; recorded with the provider's
    published lines of Python for these two values."""
    assert (
        signature("1609459200000", "this is secret")
        == "ACG5udp2fUrpKLAsLMUINvMr3hQ2OC05N0oaKUOvagw="
    )


def test_a_key_of_an_address_leads_nowhere_else(house: Provider, message: Message) -> None:
    house.says('{"errcode": 0}')
    for channel in robots(house.url, "x&y=1/../@evil.example#"):
        channel.send(message, "")
    for asked in house.asked:
        assert asked.headers["host"] == house.host
        assert "x%26y%3D1%2F..%2F%40evil.example%23" in asked.line


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ('{"errcode": 45009}', "errcode_45009"),
        ('{"errcode": 130101}', "errcode_130101"),
        ('{"errcode": false}', "errcode_False"),
        ('{"errcode": "0"}', "errcode_0"),
        ("{}", "errcode_None"),
        ("<html>", "nonsense"),
        ('{"errcode": 0}{"errcode": 0}', "nonsense"),
    ],
)
def test_what_may_do_later_is_tried_later(
    house: Provider, message: Message, which: int, said: str, code: str
) -> None:
    channel = robots(house.url)[which]
    house.says(said)
    with pytest.raises(Unreachable) as caught:
        channel.send(message, "")
    assert caught.value.code == code


def test_a_group_that_is_no_more_is_not_tried_again(house: Provider, message: Message) -> None:
    house.says('{"errcode": 93000}', '{"errcode": 300005}')
    answers = [channel.send(message, "") for channel in robots(house.url)]
    assert answers == [Refused("errcode_93000"), Refused("errcode_300005")]


@pytest.mark.parametrize("which", [0, 1])
def test_one_that_is_away_is_tried_later(message: Message, which: int) -> None:
    with pytest.raises(Unreachable) as caught:
        robots(nobody())[which].send(message, "")
    assert caught.value.code == "away"


@pytest.mark.parametrize("letter", ["a", "汉", "😀"])
def test_a_long_text_is_cut_between_two_characters(
    house: Provider, message: Message, letter: str
) -> None:
    house.says('{"errcode": 0}')
    robots(house.url)[0].send(replace(message, title="", text=letter * 3000, link=""), "")
    content = json.loads(house.asked[0].body)["text"]["content"]
    assert content == letter * (1997 // len(letter.encode())) + "…"
    assert len(content.encode()) <= 2048
