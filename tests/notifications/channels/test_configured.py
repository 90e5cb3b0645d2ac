"""The setting decides which ways lead out."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from backend.notifications.channels import on
from backend.notifications.channels.budget import Budgeted
from backend.notifications.channels.configured import MADE
from backend.notifications.channels.file import FileChannel, WechatToFile
from backend.notifications.channels.robots import DingtalkRobot, WecomRobot
from backend.notifications.channels.sms_aliyun import AliyunSms
from backend.notifications.channels.sms_tencent import TencentSms
from backend.notifications.channels.smtp import SmtpChannel
from backend.notifications.channels.wechat import WechatSubscription
from backend.notifications.robots import GROUPS
from backend.notifications.ways import ADDRESSES

CHANNELS = [
    ("file", "file", FileChannel),
    ("email", "email", SmtpChannel),
    ("sms-aliyun", "sms", AliyunSms),
    ("sms-tencent", "sms", TencentSms),
    ("wechat", "wechat", WechatSubscription),
    ("wecom", "wecom", WecomRobot),
    ("dingtalk", "dingtalk", DingtalkRobot),
]


def test_without_any_channel_no_way_leads_out(settings: Settings) -> None:
    settings.CHANNELS = []
    assert on() == {}


@pytest.mark.parametrize(("setting", "name", "made"), CHANNELS)
def test_a_way_that_is_on_leads_out(
    settings: Settings, setting: str, name: str, made: type
) -> None:
    settings.CHANNELS = [setting]
    [(key, channel)] = on().items()
    assert key == channel.name == name
    assert type(channel.channel if isinstance(channel, Budgeted) else channel) is made


def test_the_demo_has_a_wechat_that_leaves_nothing_out(settings: Settings) -> None:
    settings.CHANNELS, settings.DEMO = ["file"], True
    assert {
        name: type(channel.channel if isinstance(channel, Budgeted) else channel)
        for name, channel in on().items()
    } == {"file": FileChannel, "wechat": WechatToFile}


def test_every_way_is_tried_here_and_has_addresses() -> None:
    assert {setting for setting, _, _ in CHANNELS} == set(MADE)
    assert {name for _, name, _ in CHANNELS} <= set(ADDRESSES) | set(GROUPS)
