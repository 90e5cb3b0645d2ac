"""Which ways lead out of this house: the setting CHANNELS. What a provider needs is loaded when it
is on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.conf import settings

from backend.notifications.channels.base import Channel
from backend.notifications.channels.budget import within_budget
from backend.notifications.channels.file import FileChannel, WechatToFile, in_demo


def on() -> Mapping[str, Channel]:
    """The channels that are on, by name. Whoever has no address for any is told by her inbox."""
    return {name: within_budget(channel) for name, channel in for_codes().items()}


def for_codes() -> Mapping[str, Channel]:
    """The same without the day's budgets: codes have a limit of their own (CODES_A_DAY), so that
    neither uses up what the other may send."""
    made = [MADE[one]() for one in settings.CHANNELS]
    found = {channel.name: channel for channel in made}
    if in_demo() and "wechat" not in found:
        found["wechat"] = _wechat_to_file()
    return found


def _wechat_to_file() -> Channel:
    from backend.notifications.channels.grants import KeptGrants

    return WechatToFile(FileChannel(settings.MESSAGES_FOLDER), KeptGrants())


def _file() -> Channel:
    return FileChannel(settings.MESSAGES_FOLDER)


def _email() -> Channel:
    from backend.notifications.channels.smtp import SmtpChannel

    return SmtpChannel()


def _aliyun() -> Channel:
    from backend.notifications.channels.sms_aliyun import AliyunSms

    return AliyunSms(
        settings.ALIYUN_URL,
        settings.SMS_KEY_ID,
        settings.SMS_KEY_SECRET,
        settings.SMS_SIGN,
        settings.SMS_TEMPLATES,
    )


def _tencent() -> Channel:
    from backend.notifications.channels.sms_tencent import TencentSms

    return TencentSms(
        settings.TENCENT_URL,
        settings.SMS_KEY_ID,
        settings.SMS_KEY_SECRET,
        settings.SMS_SIGN,
        settings.SMS_APP_ID,
        settings.SMS_REGION,
        settings.SMS_TEMPLATES,
    )


def _wechat() -> Channel:
    from backend.notifications.channels.grants import KeptGrants
    from backend.notifications.channels.tokens import KeptToken
    from backend.notifications.channels.wechat import WechatSubscription

    return WechatSubscription(
        settings.WECHAT_URL,
        settings.WECHAT_APP_ID,
        settings.WECHAT_SECRET,
        settings.WECHAT_TEMPLATES,
        KeptToken("wechat"),
        KeptGrants(),
    )


def _wecom() -> Channel:
    from backend.notifications.channels.robots import WecomRobot

    return WecomRobot(settings.WECOM_URL, settings.WECOM_KEY)


def _dingtalk() -> Channel:
    from backend.notifications.channels.robots import DingtalkRobot

    return DingtalkRobot(settings.DINGTALK_URL, settings.DINGTALK_TOKEN, settings.DINGTALK_SECRET)


MADE: dict[str, Callable[[], Channel]] = {
    "file": _file,
    "email": _email,
    "sms-aliyun": _aliyun,
    "sms-tencent": _tencent,
    "wechat": _wechat,
    "wecom": _wecom,
    "dingtalk": _dingtalk,
}
