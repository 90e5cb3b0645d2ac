"""Subscription messages, at a real server on this machine."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from django.db import connection

from backend.notifications.channels.base import Message, Refused, Sent, Unreachable
from backend.notifications.channels.templates import Templates
from backend.notifications.channels.tokens import KeptToken
from backend.notifications.channels.wechat import WechatSubscription
from backend.notifications.models import ProviderToken
from tests.notifications.channels.provider import Provider, nobody

TEMPLATES: Templates = {"offer_made": ("T-1", [("time2", "day"), ("thing1", "place")])}
TOKEN = '{"access_token": "let-me-in", "expires_in": 7200}'
YES = '{"errcode": 0, "errmsg": "ok", "msgid": 3051}'


@dataclass
class Shelf:
    """Keeps one token, as the row does."""

    token: str = ""
    until: list[datetime] = field(default_factory=list)

    def kept(self, now: datetime) -> str:
        return self.token

    def keep(self, token: str, until: datetime) -> None:
        self.token = token
        self.until.append(until)


@dataclass
class Allows:
    """Counts as the rows do."""

    left: int = 9

    def take(self, openid: str, template: str) -> bool:
        had = self.left
        self.left = max(had - 1, 0)
        return had > 0

    def give_back(self, openid: str, template: str) -> None:
        self.left += 1

    def end(self, openid: str, template: str) -> None:
        self.left = 0


def account(
    url: str, shelf: Shelf | None = None, allows: Allows | None = None
) -> WechatSubscription:
    token, hers = shelf or Shelf("let-me-in"), allows or Allows()
    return WechatSubscription(url, "wx-app", "app-secret", TEMPLATES, token, hers)


def test_it_is_asked_byte_for_byte(house: Provider, message: Message, moment: datetime) -> None:
    house.says(TOKEN, YES)
    shelf = Shelf()
    assert account(house.url, shelf).send(message, "o-hers") == Sent("3051")
    first, second = house.asked
    assert first.line == "POST /cgi-bin/stable_token HTTP/1.1"
    assert first.body == (
        b'{"grant_type": "client_credential", "appid": "wx-app", "secret": "app-secret", '
        b'"force_refresh": false}'
    )
    line = "POST /cgi-bin/message/subscribe/bizsend?access_token=let-me-in HTTP/1.1"
    assert second.line == line
    body = (
        '{"touser": "o-hers", "template_id": "T-1", "data": {"time2": {"value": "12月5日 周六"}, '
        '"thing1": {"value": "鼓楼区图书馆"}}, "page": "https://roster.example/l/abc"}'
    )
    assert second.body == body.encode()
    assert shelf.until == [moment + timedelta(minutes=115)]


def test_a_token_that_holds_is_not_asked_for_again(house: Provider, message: Message) -> None:
    house.says(TOKEN, YES)
    shelf = Shelf()
    for _ in range(3):
        account(house.url, shelf).send(message, "o-hers")
    lines = [asked.line for asked in house.asked]
    assert [("stable_token" in line) for line in lines] == [True, False, False, False]


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_token_that_is_stale_is_replaced_once(
    house: Provider, message: Message, code: int
) -> None:
    house.says(f'{{"errcode": {code}}}', TOKEN.replace("let-me-in", "anew"), YES)
    shelf = Shelf("let-me-in")
    assert account(house.url, shelf).send(message, "o-hers") == Sent("3051")
    assert shelf.token == "anew" and json.loads(house.asked[1].body)["force_refresh"] is True
    assert house.asked[2].line.endswith("access_token=anew HTTP/1.1")


def test_one_that_stays_stale_leads_to_another_way(house: Provider, message: Message) -> None:
    house.says('{"errcode": 40001}', TOKEN, '{"errcode": 40001}')
    assert account(house.url).send(message, "o-hers") == Refused("errcode_40001")
    assert len(house.asked) == 3


@pytest.mark.parametrize(
    ("code", "left"),
    [(40003, 2), (40037, 2), (43101, 0), (43107, 2), (45009, 2), (45168, 2), (47003, 2)],
)
def test_what_will_not_do_leads_to_another_way_and_costs_nothing(
    house: Provider, message: Message, code: int, left: int
) -> None:
    house.says(f'{{"errcode": {code}}}')
    allows = Allows(2)
    sent = account(house.url, allows=allows).send(message, "o-hers")
    assert sent == Refused(f"errcode_{code}") and allows.left == left


def test_each_message_is_one_that_she_allowed(house: Provider, message: Message) -> None:
    house.says(YES)
    hers = account(house.url, allows=Allows(2))
    answers = [hers.send(message, "o-hers") for _ in range(3)]
    assert answers == [Sent("3051"), Sent("3051"), Refused("none_left")]
    assert len(house.asked) == 2  # what she does not allow is not asked for


def test_one_that_did_not_arrive_is_not_counted(message: Message) -> None:
    allows = Allows(2)
    with pytest.raises(Unreachable):
        account(nobody(), allows=allows).send(message, "o-hers")
    assert allows.left == 2


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ('{"errcode": -1}', "errcode_-1"),
        ("{}", "errcode_None"),
        ('{"errcode": false}', "errcode_False"),
        ("<html>", "nonsense"),
        (YES * 2, "nonsense"),
    ],
)
def test_what_may_do_later_is_tried_later(
    house: Provider, message: Message, said: str, code: str
) -> None:
    house.says(said)
    with pytest.raises(Unreachable) as caught:
        account(house.url).send(message, "o-hers")
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ('{"errcode": 40013}', "token_40013"),
        ("{}", "token_nonsense"),
        ('{"access_token": 1, "expires_in": 7200}', "token_nonsense"),
        ('{"access_token": "a", "expires_in": "7200"}', "token_nonsense"),
    ],
)
def test_without_a_token_nothing_is_sent(
    house: Provider, message: Message, said: str, code: str
) -> None:
    house.says(said)
    with pytest.raises(Unreachable) as caught:
        account(house.url, Shelf()).send(message, "o-hers")
    assert caught.value.code == code and len(house.asked) == 1


def test_one_that_is_away_is_tried_later(message: Message) -> None:
    with pytest.raises(Unreachable) as caught:
        account(nobody()).send(message, "o-hers")
    assert caught.value.code == "away"


def test_a_kind_without_a_template_is_not_sent(house: Provider, message: Message) -> None:
    sent = account(house.url).send(replace(message, template="seat_offered"), "o-hers")
    assert sent == Refused("no_template") and house.asked == []


def test_each_field_is_cut_to_what_its_kind_takes(house: Provider, message: Message) -> None:
    house.says(YES)
    long = replace(message, variables={"day": "12" * 30, "place": "很" * 30})
    account(house.url).send(long, "o-hers")
    data = json.loads(house.asked[0].body)["data"]
    assert data == {
        "time2": {"value": "12" * 19 + "1…"},
        "thing1": {"value": "很" * 19 + "…"},
    }


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_ask_at_once_keep_one_token(moment: datetime) -> None:
    def keep(number: int) -> None:
        try:
            KeptToken("wechat").keep(f"token-{number}", moment + timedelta(hours=1))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(keep, range(8)))
    assert KeptToken("wechat").kept(moment).startswith("token-")


@pytest.mark.django_db
def test_the_token_is_kept_sealed_until_it_ends(moment: datetime) -> None:
    kept = KeptToken("wechat")
    assert kept.kept(moment) == ""
    kept.keep("let-me-in", moment + timedelta(hours=1))
    kept.keep("another", moment + timedelta(hours=2))
    assert kept.kept(moment) == "another" and KeptToken("else").kept(moment) == ""
    assert kept.kept(moment + timedelta(hours=2)) == ""
    stored = ProviderToken.objects.extra(select={"raw": "token"}).values_list("raw", flat=True)
    assert b"another" not in bytes(stored.get())
