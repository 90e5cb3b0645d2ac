"""The texts that a guardian agrees to, one purpose a tick. Their version is families.policy.CONSENT_TEXT: new words, new version."""
from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Purpose:
    """What is asked for, in a sentence; why and how long; what happens without it."""

    key: str
    title: str | Promise
    what: str | Promise
    without: str | Promise


PURPOSES = (
    Purpose(
        "booking",
        _("用小名和出生年月来预约活动"),
        _("只用来算月龄、留位子；加密保存，只有带课的志愿者在活动前后看得到。最后一次活动满 12 个月后删除。"),
        _("不同意就不能预约，别的都不受影响。"),
    ),
    Purpose(
        "child_note",
        _("记录过敏和午睡"),
        _("只给当次带课的志愿者看，提醒点心和时间；加密保存，撤回时马上删除。"),
        _("不同意也能预约。"),
    ),
    Purpose(
        "visit",
        _("老师上门指导"),
        _("把住址街道给排好的两位志愿者；上门时家长要在场。"),
        _("不同意就不安排上门，活动照样能来。"),
    ),
)
BY_KEY = {purpose.key: purpose for purpose in PURPOSES}
