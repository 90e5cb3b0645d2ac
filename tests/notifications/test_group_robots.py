"""A group of coordinators is told by its own robot, at a real server on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from backend.accounts.models import User
from backend.notifications.channels import on
from backend.notifications.channels.base import Message, Sent
from backend.notifications.models import Delivery, GroupRobot
from backend.notifications.operations import RobotRefused, keep_robot, send_due
from backend.notifications.robots import GROUPS
from backend.notifications.table import MESSAGES
from backend.notifications.whose_business import BELONGS, organisations_of
from backend.organisations.models import Organisation
from tests.factories import (
    NOW,
    make_coordinator,
    make_organisation,
    make_rota,
    make_session,
    make_volunteer,
)
from tests.notifications.channels.provider import Provider, provider

pytestmark = pytest.mark.django_db
OK = '{"errcode": 0, "errmsg": "ok"}'
GONE = '{"errcode": 93000, "errmsg": "invalid webhook url"}'
WEBHOOK = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="
COUNTY, VILLAGE = "county-key-0001", "village-key-0002"


@pytest.fixture
def house(settings: Settings) -> Iterator[Provider]:
    with provider() as made:
        settings.CHANNELS = ["wecom", "dingtalk"]
        settings.WECOM_URL = settings.DINGTALK_URL = made.url
        settings.WECOM_KEY = settings.DINGTALK_TOKEN = ""
        yield made


@pytest.fixture
def county() -> Organisation:
    return make_organisation(name="县妇联")


def connect(
    organisation: Organisation, key: str = COUNTY, channel: str = "wecom", secret: str = ""
) -> GroupRobot:
    actor = make_coordinator(organisation=organisation)
    keep_robot(
        organisation=organisation,
        channel=channel,
        webhook=key,
        secret=secret,
        actor=actor,
        now=NOW,
    )
    return GroupRobot.objects.get(organisation=organisation, channel=channel)


def applied(*users: User, home: Organisation | None = None) -> list[Delivery]:
    """Somebody applied (at `home`), which each of them is to hear."""
    where = {"organisation": home} if home else {}
    who = make_volunteer(state="applied", **where).pk
    made = [
        Delivery(
            cause=f"event.{user.pk}",
            kind="somebody_applied",
            user=user,
            subjects=[who],
            made_at=NOW,
            next_at=NOW,
        )
        for user in users
    ]
    return Delivery.objects.bulk_create(made)


def keys(house: Provider) -> list[str]:
    """Which groups were told, one a message."""
    return [asked.line.split("key=")[1].split(" ")[0] for asked in house.asked]


def states() -> set[tuple[str, str]]:
    return set(Delivery.objects.values_list("state", "channel"))


def test_each_organisation_is_told_in_its_own_group_once(
    house: Provider, county: Organisation
) -> None:
    village = make_organisation(parent=county, name="村妇联")
    connect(county)
    connect(village, VILLAGE)
    house.says(OK)
    applied(
        make_coordinator(organisation=county, email="a@example.org"),
        make_coordinator(organisation=county, email="b@example.org"),
        make_coordinator(organisation=village),
    )
    send_due(channels=on(), now=NOW)
    assert sorted(keys(house)) == [COUNTY, VILLAGE]
    assert states() == {("sent", "wecom")}


def test_below_it_the_nearest_group_above_is_told_and_beside_it_none(
    house: Provider, county: Organisation, settings: Settings
) -> None:
    connect(county)
    below = make_organisation(parent=county, name="街道妇联")
    beside = make_organisation(name="别的县")
    house.says(OK)
    applied(make_coordinator(organisation=below), make_coordinator(organisation=beside))
    send_due(channels=on(), now=NOW)
    assert keys(house) == [COUNTY]
    settings.WECOM_KEY = "the-house"
    applied(make_coordinator(organisation=beside))
    send_due(channels=on(), now=NOW)
    assert keys(house) == [COUNTY, "the-house"]


def test_who_belongs_to_two_groups_is_told_in_that_whose_business_it_is(
    house: Provider, county: Organisation
) -> None:
    other = make_organisation(name="别的县")
    connect(county)
    connect(other, VILLAGE)
    both = make_coordinator(organisation=county)
    both.memberships.create(organisation=other, role="coordinator")
    below = make_organisation(parent=other, name="街道妇联")
    house.says(OK)
    for home, told in ((county, [COUNTY]), (below, [COUNTY, VILLAGE])):
        Delivery.objects.all().delete()
        applied(both, home=home)
        send_due(channels=on(), now=NOW)
        assert keys(house) == told
    assert states() == {("sent", "wecom")}


def of_two(county: Organisation) -> tuple[User, Organisation]:
    """Who coordinates in two counties, each with a group of its own."""
    other = make_organisation(name="别的县")
    connect(county)
    connect(other, VILLAGE)
    both = make_coordinator(organisation=county)
    both.memberships.create(organisation=other, role="coordinator")
    return both, other


def about(row: Delivery, *homes: Organisation) -> list[int]:
    row.subjects = [make_volunteer(state="applied", organisation=home).pk for home in homes]
    row.save()
    return row.subjects


def test_what_is_nobodys_business_of_hers_is_told_in_no_group(
    house: Provider, county: Organisation
) -> None:
    both, _other = of_two(county)
    about(*applied(both), make_organisation(name="第三个县"))
    send_due(channels=on(), now=NOW)
    assert house.asked == [] and states() == {("sent", "")}  # her inbox has it


def test_what_belongs_to_two_groups_is_heard_in_each_once(
    house: Provider, county: Organisation
) -> None:
    both, other = of_two(county)
    row = applied(both)[0]
    here, there, here_too = about(row, county, other, county)
    house.says(OK)
    for moment in (NOW, NOW + timedelta(minutes=10)):
        send_due(channels=on(), now=moment)
        assert keys(house) == [COUNTY, VILLAGE]
        told = Delivery.objects.order_by("pk").values_list("subjects", "state", "channel")
        assert list(told) == [([here, here_too], "sent", "wecom"), ([there], "sent", "wecom")]
    texts = [one.text[:8] for one in Delivery.objects.order_by("pk")]
    assert texts == ["有 2 位志愿者", "有 1 位志愿者"]  # so it stands in her inbox


def test_what_came_later_is_gathered_with_what_its_own_group_heard(
    house: Provider, county: Organisation
) -> None:
    both, other = of_two(county)
    house.says(OK)
    for n, home in enumerate((county, other, county)):
        session = make_session(
            rota=make_rota(organisation=home), starts_at=NOW + timedelta(hours=30 + n)
        )
        Delivery.objects.create(
            cause=f"event.{n}",
            kind="hole_near",
            user=both,
            subjects=[session.shifts.get().pk],
            made_at=NOW,
            next_at=NOW,
        )
        send_due(channels=on(), now=NOW + timedelta(minutes=n))
    kept = Delivery.objects.exclude(state="moot").order_by("pk")
    assert [(len(one.subjects), one.channel) for one in kept] == [(1, "wecom"), (2, "wecom")]
    assert keys(house) == [COUNTY, VILLAGE, COUNTY]


def test_of_every_message_to_a_group_is_known_whose_business_it_is() -> None:
    for_groups = {kind.while_ for kind in MESSAGES.values() if set(GROUPS) & set(kind.channels)}
    nobodys = {"sheet_valid", "visit_wanted"}  # a place, a street are no organisation's
    assert for_groups == set(BELONGS) | nobodys
    for condition in BELONGS:
        assert organisations_of(condition, [1]) == {}


def test_dingtalk_signs_with_the_secret_of_the_group(house: Provider, county: Organisation) -> None:
    connect(
        county,
        "https://oapi.dingtalk.com/robot/send?access_token=tokentoken",
        "dingtalk",
        "SECsecret",
    )
    house.says(OK)
    applied(make_coordinator(organisation=county))
    send_due(channels=on(), now=NOW)
    [asked] = house.asked
    assert "access_token=tokentoken&timestamp=" in asked.line and "&sign=" in asked.line
    assert json.loads(asked.body)["text"]["content"].startswith("有人报名做志愿者")


def test_a_robot_that_is_gone_is_shown_and_each_is_told_another_way(
    house: Provider, county: Organisation, settings: Settings
) -> None:
    settings.CHANNELS = ["wecom", "email"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    robot = connect(county)
    first = make_coordinator(organisation=county, email="a@example.org")
    second = make_coordinator(organisation=county)
    house.says(GONE)
    applied(first, second)
    channels = {"wecom": on()["wecom"], "email": Kept()}
    send_due(channels=channels, now=NOW)
    assert channels["email"].got == ["a@example.org"]
    assert states() == {("sent", "email"), ("given_up", "")}
    robot.refresh_from_db()
    assert robot.trouble == "errcode_93000"
    client = Client()
    client.force_login(first)
    page = client.get(reverse("coordinator:organisation", args=[county.pk])).content.decode()
    assert "上一条没有发出去" in page and COUNTY not in page


class Kept:
    """A way that keeps the addresses."""

    name = "email"

    def __init__(self) -> None:
        self.got: list[str] = []

    def send(self, message: Message, address: str) -> Sent:
        self.got.append(address)
        return Sent("")


def test_one_dead_group_does_not_hold_up_the_others(house: Provider, county: Organisation) -> None:
    connect(county)
    other = make_organisation(name="别的县")
    connect(other, VILLAGE)
    house.says("no", "no", "no", "no", OK, status=200)
    for _ in range(4):
        applied(make_coordinator(organisation=county))
        send_due(channels=on(), now=NOW)
    applied(make_coordinator(organisation=other))
    send_due(channels=on(), now=NOW)
    assert keys(house)[-1] == VILLAGE
    assert ("sent", "wecom") in states()


def test_a_coordinator_connects_and_ends_it_on_a_page(
    client: Client, county: Organisation, house: Provider
) -> None:
    boss = make_coordinator(organisation=county)
    client.force_login(boss)
    address = reverse("coordinator:keep_robot", args=[county.pk])
    wrong = client.post(address, {"channel": "wecom", "webhook": "https://evil.example/?a=b"})
    assert wrong.status_code == 422 and "整个贴进来" in wrong.content.decode()
    client.post(address, {"channel": "wecom", "webhook": WEBHOOK + COUNTY})
    robot = GroupRobot.objects.get()
    assert (robot.organisation, robot.key, robot.made_by) == (county, COUNTY, boss)
    with connection.cursor() as cursor:
        cursor.execute("SELECT notifications_grouprobot::text FROM notifications_grouprobot")
        assert COUNTY.encode().hex() not in str(cursor.fetchall())
    page = client.get(reverse("coordinator:organisation", args=[county.pk])).content.decode()
    assert "企业微信群" in page and COUNTY not in page
    client.post(reverse("coordinator:remove_robot", args=[county.pk]), {"channel": "wecom"})
    assert not GroupRobot.objects.exists()


@pytest.mark.parametrize("before", ["https://", "HTTPS://", "", " //"])
def test_the_providers_own_address_is_taken_however_it_was_copied(
    county: Organisation, before: str
) -> None:
    rest = WEBHOOK.removeprefix("https://")
    assert connect(county, f"{before}{rest}{COUNTY} ").key == COUNTY


def test_only_who_coordinates_there_connects_a_group(client: Client, county: Organisation) -> None:
    client.force_login(make_coordinator(organisation=make_organisation(name="别的县")))
    address = reverse("coordinator:keep_robot", args=[county.pk])
    assert client.post(address, {"channel": "wecom", "webhook": COUNTY}).status_code == 404
    client.force_login(make_coordinator(organisation=county, role="viewer"))
    assert client.post(address, {"channel": "wecom", "webhook": COUNTY}).status_code == 403
    assert not GroupRobot.objects.exists()


@pytest.mark.parametrize(
    ("channel", "webhook", "secret", "why"),
    [
        ("sms", COUNTY, "", "channel"),
        ("wecom", "短", "", "webhook"),
        ("wecom", f"https://evil.example/cgi-bin/webhook/send?key={COUNTY}", "", "webhook"),
        ("wecom", f"https://qyapi.weixin.qq.com@evil.example/?key={COUNTY}", "", "webhook"),
        ("wecom", f"https://qyapi.weixin.qq.com.evil.example/?key={COUNTY}", "", "webhook"),
        ("wecom", f"https://oapi.dingtalk.com/robot/send?key={COUNTY}", "", "webhook"),
        ("wecom", f"https://[evil?key={COUNTY}", "", "webhook"),
        ("wecom", f"evil.example?key={COUNTY}", "", "webhook"),
        ("wecom", "https://qyapi.weixin.qq.com/?access_token=abcdefgh", "", "webhook"),
        ("dingtalk", COUNTY, "", "secret"),
    ],
)
def test_what_is_no_robot_is_refused(
    county: Organisation, channel: str, webhook: str, secret: str, why: str
) -> None:
    with pytest.raises(RobotRefused) as refused:
        connect(county, webhook, channel, secret)
    assert refused.value.facts == {"why": why}


@pytest.mark.parametrize(
    ("said", "heard", "trouble"),
    [
        (OK, "发出去了，请到群里看一眼", ""),
        (GONE, "地址不对，或者机器人已经不在群里了", "errcode_93000"),
        (
            '{"errcode": 310000, "errmsg": "sign not match"}',
            "加签密钥不对",
            "errcode_310000_sign",
        ),
        (
            '{"errcode": 310000, "errmsg": "keywords not in content"}',
            "只收带关键词的话",
            "errcode_310000_keyword",
        ),
        ('{"errcode": 45009, "errmsg": "api freq out of limit"}', "过一分钟再试", "errcode_45009"),
        ('{"errcode": 130101, "errmsg": "send too fast"}', "过一分钟再试", "errcode_130101"),
        ('{"errcode": 12345}', "代号 12345", "errcode_12345"),
        ("<html>", "现在连不上对方", "nonsense"),
    ],
)
def test_who_connected_a_group_tries_it_and_is_told_in_plain_words(
    client: Client, county: Organisation, house: Provider, said: str, heard: str, trouble: str
) -> None:
    way = "dingtalk" if "310000" in said or "130101" in said else "wecom"
    robot = connect(county, channel=way, secret="SECsecret")
    client.force_login(make_coordinator(organisation=county))
    house.says(said)
    address = reverse("coordinator:try_robot", args=[county.pk])
    page = client.post(address, {"channel": way}, follow=True).content.decode()
    assert heard in page
    robot.refresh_from_db()
    assert robot.trouble == trouble and ("上一条没有发出去" in page) == bool(trouble)
    [asked] = house.asked
    assert json.loads(asked.body)["text"]["content"].startswith("试一试\n县妇联")


def test_a_trial_is_no_hammer_and_needs_a_robot(
    client: Client, county: Organisation, house: Provider
) -> None:
    client.force_login(make_coordinator(organisation=county))
    address = reverse("coordinator:try_robot", args=[county.pk])
    none = client.post(address, {"channel": "wecom"}, follow=True).content.decode()
    assert "地址不对" in none and house.asked == []
    connect(county)
    house.says(OK)
    pages = [client.post(address, {"channel": "wecom"}, follow=True) for _ in range(6)]
    assert len(house.asked) == 5 and "过一分钟再试" in pages[-1].content.decode()


def test_a_wrong_signature_leads_to_the_next_way(house: Provider, county: Organisation) -> None:
    connect(county, channel="dingtalk", secret="SECsecret")
    house.says('{"errcode": 310000, "errmsg": "sign not match"}')
    applied(make_coordinator(organisation=county, email="a@example.org"))
    channels = {"dingtalk": on()["dingtalk"], "email": Kept()}
    send_due(channels=channels, now=NOW)
    assert channels["email"].got == ["a@example.org"] and states() == {("sent", "email")}
