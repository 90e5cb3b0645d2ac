"""The texts that a guardian agrees to, one purpose a tick. Their version is
families.policy.CONSENT_TEXT: new words, new version.

A purpose stands here only when something is done with it: nobody is asked for data that nobody
uses.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class ConsentWords:
    """What is asked for, in a sentence; what it is used for; what happens without it."""

    key: str
    title: str | Promise
    what: str | Promise
    without: str | Promise


PURPOSES = (
    ConsentWords(
        "booking",
        _("用小名和出生年月来预约活动"),
        _("只用来算月龄、留位子、排心愿；加密保存。不用了可以随时自己删除。"),
        _("不同意就不能预约，别的都不受影响。"),
    ),
    ConsentWords(
        "visit",
        _("请老师到家里来（入户指导）"),
        _("门牌和想聊的事只给安排的人和答应来的两位老师看，加密保存，结束后删掉。"),
        _("不同意就不安排上门，预约活动不受影响；撤回了，约好的上门马上取消。"),
    ),
)
BY_KEY = {purpose.key: purpose for purpose in PURPOSES}
