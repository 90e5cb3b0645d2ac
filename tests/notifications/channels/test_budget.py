"""A channel sends no more than its day allows, whoever sends, and whoever keeps it running sees it
coming."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from backend.common import clock
from backend.notifications.channels import on
from backend.notifications.channels.base import Message, Refused, Sent, Unreachable
from backend.notifications.channels.budget import Budgeted, Spent, spent
from backend.notifications.models import ChannelDay
from backend.notifications.operations import forget_budgets
from backend.notifications.operations.outside import take_from_budget
from tests.factories import make_coordinator, make_organisation
from tests.notifications.post import Box
from tests.plans import statements_of

pytestmark = pytest.mark.django_db
BEFORE_MIDNIGHT = datetime(2026, 12, 5, 15, 59, tzinfo=UTC)  # 23:59 in the city


def outcome(channel: Budgeted, message: Message) -> str:
    try:
        return type(channel.send(message, "13800138000")).__name__
    except Unreachable as trouble:
        return trouble.code


def test_a_day_is_used_up_and_the_next_begins_anew(
    message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Box("sms")
    channel = Budgeted(box, 2)
    monkeypatch.setattr(clock, "now", lambda: BEFORE_MIDNIGHT)
    assert [outcome(channel, message) for _ in range(3)] == ["Sent", "Sent", "over_budget"]
    monkeypatch.setattr(clock, "now", lambda: BEFORE_MIDNIGHT + timedelta(minutes=1))
    assert outcome(channel, message) == "Sent"
    assert len(box.got) == 3


def test_what_was_not_sent_is_given_back(message: Message, moment: datetime) -> None:
    answers = [Unreachable("away"), Refused("no_template"), Unreachable("slow"), Sent("")]
    box = Box("sms", answers=answers)
    said = [outcome(Budgeted(box, 2), message) for _ in range(5)]
    assert said == ["away", "Refused", "slow", "Sent", "over_budget"]
    assert ChannelDay.objects.get().taken == 2


def test_one_way_does_not_use_what_is_anothers(message: Message, moment: datetime) -> None:
    assert outcome(Budgeted(Box("sms"), 1), message) == "Sent"
    assert outcome(Budgeted(Box("email"), 1), message) == "Sent"


@pytest.mark.django_db(transaction=True)
def test_many_at_once_take_no_more_than_there_is() -> None:
    now = BEFORE_MIDNIGHT

    def take(_: int) -> bool:
        try:
            return take_from_budget(channel="sms", most=20, now=now) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(60)))
    assert taken.count(True) == 20 == ChannelDay.objects.get().taken


def test_old_days_are_forgotten(moment: datetime) -> None:
    for days in (0, 1, 2):
        take_from_budget(channel="sms", most=9, now=moment - timedelta(days=days))
    assert forget_budgets(now=moment) == 2
    assert ChannelDay.objects.get().day == clock.local_day(moment)


def test_every_channel_that_leads_out_has_a_budget(settings: Settings) -> None:
    settings.CHANNELS = ["email", "sms-tencent", "wechat", "wecom", "dingtalk", "file"]
    kinds = {name: type(channel) for name, channel in on().items()}
    assert kinds.pop("file") is not Budgeted and set(kinds.values()) == {Budgeted}
    assert set(kinds) == set(settings.CHANNEL_BUDGETS)


@pytest.mark.parametrize(("taken", "alarming"), [(0, False), (7, False), (8, True), (10, True)])
def test_the_operator_sees_it_coming(
    settings: Settings, client: Client, taken: int, alarming: bool
) -> None:
    settings.CHANNELS = ["sms-aliyun"]
    settings.CHANNEL_BUDGETS = {"sms": 10, "email": 5}
    now = clock.now()
    for _ in range(taken):
        take_from_budget(channel="sms", most=10, now=now)
    assert spent(now) == [Spent("sms", taken, 10)]
    client.force_login(make_coordinator(organisation=make_organisation(), role="operator"))
    page = client.get(reverse("operator:status")).content.decode()
    assert "今天能发的短信" in page and "今天能发的邮件" not in page
    assert (f"已经用了 {taken} / 10" in page) == alarming


def test_the_metrics_tell_how_much_is_used(settings: Settings, client: Client) -> None:
    settings.CHANNELS = ["sms-aliyun"]
    settings.CHANNEL_BUDGETS = {"sms": 10}
    take_from_budget(channel="sms", most=10, now=clock.now())
    told = client.get("/metrics").content.decode()
    assert 'moli_channel_messages_today{channel="sms"} 1.0' in told
    assert 'moli_channel_budget_messages{channel="sms"} 10.0' in told


def test_where_nothing_leads_out_nothing_is_asked_about_it(
    settings: Settings, client: Client
) -> None:
    settings.CHANNELS = ["file"]
    client.force_login(make_coordinator(organisation=make_organisation(), role="operator"))
    asked = statements_of(client, reverse("operator:status"))
    assert [sql for sql in asked if "channelday" in sql] == []
