"""Somebody connects her WeChat, allows messages there one by one, and lets it go again; a WeChat of
this machine answers as the documented one."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from backend.accounts.models import User, WechatAccount
from backend.accounts.operations import link_wechat
from backend.notifications.channels import on
from backend.notifications.channels.base import Message, Sent
from backend.notifications.channels.file import written
from backend.notifications.models import Delivery, WechatGrant
from backend.notifications.operations import send_due
from backend.notifications.operations.wechat import allow_wechat
from backend.notifications.wechat_events import subscribings
from backend.notifications.wechat_sealed import opened
from tests.factories import NOW, make_offer, make_session, make_user, make_volunteer
from tests.notifications.channels.provider import Provider, nobody, provider
from tests.notifications.wechat import Wechat

pytestmark = pytest.mark.django_db
OPENID = "oHers_abc-123456789"
PAGE, BACK, EVENTS = "/account/wechat/", "/account/wechat/back/", "/wechat/events/"
POPUP, CHANGE = "subscribe_msg_popup_event", "subscribe_msg_change_event"


@pytest.fixture(autouse=True)
def clock_stands(stopped_clock: object) -> None: ...


@pytest.fixture
def house(settings: Settings) -> Iterator[Provider]:
    with provider() as made:
        settings.CHANNELS = ["wechat", "email"]
        settings.WECHAT_URL = made.url
        settings.WECHAT_APP_ID, settings.WECHAT_SECRET = "wx-app", "app-secret"
        settings.WECHAT_EVENT_TOKEN = "event-token"
        settings.WECHAT_TEMPLATES = {"offer_made": ("T-1", [("thing1", "title")])}
        yield made


@pytest.fixture
def there(house: Provider) -> Wechat:
    made = Wechat(house)
    made.codes = {"code-1": OPENID, "code-2": "oOther_abc-12345"}
    return made


@pytest.fixture
def her(client: Client) -> User:
    user = make_user(email="lin@example.org")
    make_volunteer(user=user)
    client.force_login(user)
    return user


def way(client: Client) -> str:
    """Where the page leads once she asked to connect it."""
    client.post(PAGE, {"do": "link"})
    page = client.get(PAGE).content.decode()
    return page.split('href="https://open.weixin.qq.com')[1].split('"')[0].replace("&amp;", "&")


def state_of(client: Client) -> str:
    return parse_qs(urlsplit(way(client)).query)["state"][0]


def comes_back(client: Client, code: str = "code-1", state: str | None = None) -> str:
    state = state_of(client) if state is None else state
    return client.get(BACK, {"code": code, "state": state}, follow=True).content.decode()


def test_she_connects_it_and_lets_it_go(client: Client, her: User, there: Wechat) -> None:
    link = urlsplit(way(client))
    asked = parse_qs(link.query)
    assert link.path == "/connect/oauth2/authorize" and link.fragment == "wechat_redirect"
    assert list(asked) == ["appid", "redirect_uri", "response_type", "scope", "state"]
    assert asked["scope"] == ["snsapi_base"] and asked["redirect_uri"][0].endswith(BACK)
    said = comes_back(client, state=asked["state"][0])
    assert "微信接上了" in said and OPENID not in said
    assert WechatAccount.objects.get().openid == OPENID
    with connection.cursor() as cursor:
        cursor.execute("SELECT a::text FROM accounts_wechataccount a")
        assert OPENID.encode().hex() not in str(cursor.fetchall())
    client.post(PAGE, {"do": "unlink"})
    assert not WechatAccount.objects.exists()
    assert "接上微信" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("what", ["none", "wrong", "twice", "late", "another browser"])
def test_only_this_browser_comes_back_once_and_in_time(
    client: Client, her: User, there: Wechat, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = "" if what == "none" else state_of(client)
    if what == "wrong":
        state = "x" * 32
    if what == "twice":
        comes_back(client, code="none", state=state)
    if what == "late":
        late = NOW + timedelta(minutes=11)
        monkeypatch.setattr("backend.common.clock.now", lambda: late)
    if what == "another browser":
        client = Client()
        client.force_login(her)
    said = comes_back(client, state=state)
    assert "这次没有接上" in said and not WechatAccount.objects.exists()


def test_a_strange_link_ends_nothing_that_is_under_way(
    client: Client, her: User, there: Wechat
) -> None:
    state = state_of(client)
    assert "这次没有接上" in comes_back(client, state="x" * 32)
    comes_back(client, state=state)
    assert WechatAccount.objects.exists()


def test_a_code_serves_once_and_one_that_is_none_connects_nothing(
    client: Client, her: User, there: Wechat
) -> None:
    assert "这次没有接上" in comes_back(client, code="made-up")
    assert "你没有同意" in comes_back(client, code="")
    comes_back(client)
    WechatAccount.objects.all().delete()
    assert "这次没有接上" in comes_back(client)
    assert not WechatAccount.objects.exists()


def test_a_wechat_that_is_away_or_says_nonsense_is_said(
    client: Client, her: User, house: Provider, settings: Settings
) -> None:
    for said in ("<html>", '{"openid": 7}', '{"openid": "../../x"}', '{"errcode": 40013}'):
        house.answers.clear()
        house.says(said)
        assert "现在连不上微信" in comes_back(client)
    settings.WECHAT_URL = nobody()
    assert "现在连不上微信" in comes_back(client)
    assert not WechatAccount.objects.exists()


def test_one_wechat_is_of_one_person_and_one_person_has_one(her: User) -> None:
    other = make_user()
    link_wechat(user=her, openid=OPENID, now=NOW)
    allow_wechat(openid=OPENID, template="T-1", at=NOW)
    link_wechat(user=her, openid=OPENID, now=NOW)
    assert WechatGrant.objects.get().left == 1
    link_wechat(user=other, openid=OPENID, now=NOW)
    link_wechat(user=other, openid="oAnother-123", now=NOW)
    assert [one.user for one in WechatAccount.objects.all()] == [other]
    assert not WechatGrant.objects.exists()  # what was allowed to one is not the other's


def event(
    client: Client,
    body: str,
    at: datetime = NOW,
    token: str = "event-token",
    nonce: str = "",  # else another one for each body, as WeChat's
) -> int:
    drawn = nonce or hashlib.sha256(body.encode()).hexdigest()[:10]
    asked = {"timestamp": str(int(at.timestamp())), "nonce": drawn}
    said = "".join(sorted([token, *asked.values()])).encode()
    asked["signature"] = hashlib.sha1(said, usedforsecurity=False).hexdigest()
    address = f"{EVENTS}?{'&'.join(f'{key}={value}' for key, value in asked.items())}"
    fresh = Client(enforce_csrf_checks=True)
    return fresh.post(address, body, content_type="text/xml").status_code


def tapped(at: datetime, said: str = "accept", kind: str = POPUP, who: str = OPENID) -> str:
    """As published, but for the names."""
    return f"""<xml><ToUserName><![CDATA[gh_123456789abc]]></ToUserName>
<FromUserName><![CDATA[{who}]]></FromUserName>
<CreateTime>{int(at.timestamp())}</CreateTime><MsgType><![CDATA[event]]></MsgType>
<Event><![CDATA[{kind}]]></Event><SubscribeMsgPopupEvent><List>
<TemplateId><![CDATA[T-1]]></TemplateId>
<SubscribeStatusString><![CDATA[{said}]]></SubscribeStatusString>
<PopupScene>2</PopupScene></List></SubscribeMsgPopupEvent></xml>"""


def left() -> int:
    return sum(WechatGrant.objects.values_list("left", flat=True))


def test_each_tap_that_wechat_tells_of_allows_one_message_once(
    client: Client, her: User, house: Provider
) -> None:
    link_wechat(user=her, openid=OPENID, now=NOW)
    first, second = NOW, NOW + timedelta(seconds=1)
    for at in (first, first, second, first):  # WeChat repeats what was not answered
        assert event(client, tapped(at)) == 200
    assert left() == 2
    assert "还能发 2 条" in client.get(PAGE).content.decode()
    event(client, tapped(NOW + timedelta(seconds=9), "reject"))
    assert left() == 2
    event(client, tapped(NOW + timedelta(seconds=9), "reject", CHANGE))
    assert left() == 0
    assert "现在一条也不能发" in client.get(PAGE).content.decode()
    event(client, tapped(NOW, who="oStranger-12345"))
    assert WechatGrant.objects.count() == 1


def test_what_is_not_wechats_is_not_heard(
    client: Client, her: User, house: Provider, settings: Settings
) -> None:
    link_wechat(user=her, openid=OPENID, now=NOW)
    assert event(client, tapped(NOW), token="guessed") == 404
    assert event(client, tapped(NOW), at=NOW - timedelta(hours=1)) == 404
    assert client.get(EVENTS).status_code == 404
    settings.WECHAT_EVENT_TOKEN = ""
    assert event(client, tapped(NOW), token="") == 404
    assert left() == 0


def test_a_signature_is_of_one_word_alone(client: Client, her: User, house: Provider) -> None:
    """It signs the moment and not the word: whoever saw it cannot say another with it."""
    link_wechat(user=her, openid=OPENID, now=NOW)
    hers, forged = tapped(NOW), tapped(NOW + timedelta(seconds=5))
    said = [event(client, body, nonce="seen") for body in (hers, forged, hers, forged, hers)]
    assert said == [200, 404, 200, 404, 200] and left() == 1
    assert event(client, forged, nonce="another") == 200 and left() == 2


KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


def sealed(body: str, app_id: str = "wx-app") -> str:
    """As WeChat seals it in 安全模式."""
    said = body.encode()
    text = b"0123456789abcdef" + len(said).to_bytes(4) + said + app_id.encode()
    text += bytes([fill := 32 - len(text) % 32]) * fill
    key = b64decode(f"{KEY}=")
    made = Cipher(AES(key), CBC(key[:16])).encryptor()
    return b64encode(made.update(text) + made.finalize()).decode()


def event_sealed(body: str, *, signed: str = "", app_id: str = "wx-app") -> int:
    """`signed`: another body of which the signature is."""
    text, other = sealed(body, app_id), sealed(signed or body, app_id)
    asked = {"timestamp": str(int(NOW.timestamp())), "nonce": "17"}
    of_moment, of_word = (
        hashlib.sha1("".join(sorted(said)).encode(), usedforsecurity=False).hexdigest()
        for said in (["event-token", *asked.values()], ["event-token", *asked.values(), other])
    )
    asked |= {"signature": of_moment, "msg_signature": of_word, "encrypt_type": "aes"}
    address = f"{EVENTS}?{'&'.join(f'{key}={value}' for key, value in asked.items())}"
    whole = f"<xml><ToUserName>gh_1</ToUserName><Encrypt>{text}</Encrypt></xml>"
    return Client().post(address, whole, content_type="text/xml").status_code


def test_what_is_sealed_counts_and_what_is_said_in_clear_does_not(
    client: Client, her: User, house: Provider, settings: Settings
) -> None:
    """With its key, a signature that nobody has used carries nothing but its own word."""
    settings.WECHAT_EVENT_KEY = KEY
    link_wechat(user=her, openid=OPENID, now=NOW)
    assert event(client, tapped(NOW)) == 404
    assert event_sealed(tapped(NOW), signed=tapped(NOW, who="oOther_abc-12345")) == 404
    assert event_sealed(tapped(NOW), app_id="wx-another") == 404
    assert left() == 0


def test_what_wechat_seals_and_signs_allows_one_message(
    her: User, house: Provider, settings: Settings
) -> None:
    settings.WECHAT_EVENT_KEY = KEY
    link_wechat(user=her, openid=OPENID, now=NOW)
    assert [event_sealed(tapped(NOW)) for _ in range(2)] == [200, 200] and left() == 1


@pytest.mark.parametrize("body", ["", "<xml/>", "<xml><Encrypt>x</Encrypt></xml>", "<" * 9])
def test_a_sealed_word_that_is_none_is_nothing(body: str) -> None:
    text = sealed("x")[:-8] if "x<" in body else "x"
    said = "".join(sorted(["token", "1", "n", text]))
    known = {"key": KEY, "token": "token", "app_id": "wx-app", "timestamp": "1", "nonce": "n"}
    signature = hashlib.sha1(said.encode(), usedforsecurity=False).hexdigest()
    whole = body.replace(">x<", f">{text}<").encode()
    assert opened(whole, signature=signature, **known) is None


def test_what_she_took_back_and_then_allowed_again_stays_allowed(
    client: Client, her: User, house: Provider
) -> None:
    link_wechat(user=her, openid=OPENID, now=NOW)
    back = tapped(NOW + timedelta(seconds=2), "reject", CHANGE)
    for body in (tapped(NOW), back, tapped(NOW + timedelta(seconds=4)), back, tapped(NOW)):
        assert event(client, body) == 200
    assert left() == 1


@pytest.mark.parametrize(
    "body",
    ["", "x", "<xml></xml>", "<xml><Event>subscribe_msg_popup_event</Event></xml>",
     '<!DOCTYPE x [<!ENTITY a "b">]><xml>&a;</xml>', "<xml>" * 5000,
     tapped(NOW).replace(str(int(NOW.timestamp())), "9" * 40)],
)  # fmt: skip
def test_an_event_that_is_none_is_nothing(body: str) -> None:
    assert subscribings(body.encode()) == []


class Mail:
    """A way that takes everything."""

    name = "email"

    def __init__(self) -> None:
        self.got: list[str] = []

    def send(self, message: Message, address: str) -> Sent:
        self.got.append(address)
        return Sent("")


@pytest.fixture
def mail() -> Mail:
    return Mail()


def told(her: User, mail: Mail | None = None) -> Delivery:
    """She is asked for a session, and is to hear it."""
    offer = make_offer(volunteer=her.volunteer, shift=make_session().shifts.get())
    row = Delivery(
        cause=f"event.{offer.pk}",
        kind="offer_made",
        volunteer=her.volunteer,
        subjects=[offer.pk],
        made_at=NOW,
        next_at=NOW,
    )
    row.save()
    channels = dict(on()) | ({"email": mail} if mail else {})
    send_due(channels=channels, now=NOW)
    row.refresh_from_db()
    return row


def allows(there: Wechat, her: User, *, ours: int, theirs: int) -> None:
    """What we think that she allows, and what WeChat knows."""
    link_wechat(user=her, openid=OPENID, now=NOW)
    for second in range(ours):
        allow_wechat(openid=OPENID, template="T-1", at=NOW + timedelta(seconds=second))
    there.allowed[OPENID, "T-1"] = theirs


def test_she_is_told_there_as_often_as_she_allowed_and_then_by_the_next_way(
    her: User, there: Wechat, mail: Mail
) -> None:
    allows(there, her, ours=2, theirs=2)
    assert [told(her, mail).channel for _ in range(3)] == ["wechat", "wechat", "email"]
    assert there.sent == [OPENID] * 2 and len(mail.got) == 1 and left() == 0


@pytest.mark.parametrize(
    ("trouble", "stays"),
    [("43101", 0), ("40037", 2), ("45009", 2), ("40001", 2)],
)
def test_what_wechat_refuses_goes_the_next_way(
    her: User, there: Wechat, mail: Mail, trouble: str, stays: int
) -> None:
    allows(there, her, ours=2, theirs=0 if trouble == "43101" else 2)
    if trouble == "40037":
        there.templates = set()
    if trouble == "45009":
        there.most = 0
    if trouble == "40001":
        there.wants = "another"
    row = told(her, mail)
    assert (row.state, row.channel) == ("sent", "email")
    assert len(mail.got) == 1 and there.sent == [] and left() == stays


def test_who_connected_none_is_not_told_there(her: User, there: Wechat, mail: Mail) -> None:
    assert told(her, mail).channel == "email" and there.house.asked == []


def test_the_demo_shows_it_all_and_nothing_leaves_the_house(
    client: Client, her: User, settings: Settings, tmp_path: Path
) -> None:
    settings.CHANNELS, settings.DEMO = ["file"], True
    settings.MESSAGES_FOLDER = tmp_path
    client.post(PAGE, {"do": "link"})
    page = client.get(PAGE).content.decode()
    there = client.get(
        page.split('href="/demo/wechat/')[1].split('"')[0].join(["/demo/wechat/", ""])
    )
    state = there.content.decode().split('name="state" value="')[1].split('"')[0]
    comes_back(client, code=f"demo-{her.pk}", state=state)
    client.post(PAGE, {"do": "allow"})
    assert "还能发 1 条" in client.get(PAGE).content.decode()
    assert [told(her).channel for _ in range(2)] == ["wechat", "file"]
    by_file, by_wechat = [line["address"] for line in written(tmp_path, 9)]
    assert by_wechat.startswith("微信 odem…") and by_file == her.volunteer.number


def test_where_there_is_no_wechat_there_is_no_page(client: Client, her: User) -> None:
    for address in (PAGE, BACK, "/demo/wechat/"):
        assert client.get(address).status_code == 404
    assert reverse("wechat") not in client.get("/account/").content.decode()
