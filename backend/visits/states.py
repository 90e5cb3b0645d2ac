"""The words for how far a family's wish for a visit is, and for what may be said of it: apart from
the models, as the rota's are."""

from __future__ import annotations

from django.db import models


class VisitState(models.TextChoices):
    OPEN = "open", "等安排"
    PLANNED = "planned", "定了时间"
    DONE = "done", "来过了"
    DECLINED = "declined", "这次去不了"
    ENDED = "ended", "结束了"


LIVE_VISITS = (VisitState.OPEN, VisitState.PLANNED)


class VisitTopic(models.TextChoices):
    """What it is about, so coarse that it says nothing of one child."""

    FEEDING = "feeding", "喂养和辅食"
    SLEEP = "sleep", "睡觉和作息"
    PLAY = "play", "在家怎么陪着玩"
    TALK = "talk", "说话和交流"
    MOVING = "moving", "爬、站和走"
    MOOD = "mood", "情绪和习惯"
    OTHER = "other", "别的，见面再说"


class VisitPart(models.TextChoices):
    """When a family is at home."""

    WORKDAY_AM = "workday_am", "周一到周五上午"
    WORKDAY_PM = "workday_pm", "周一到周五下午"
    WEEKEND_AM = "weekend_am", "周末上午"
    WEEKEND_PM = "weekend_pm", "周末下午"


class VisitEnd(models.TextChoices):
    """Why it ended without a visit."""

    HERSELF = "", ""
    CONSENT = "consent", "同意书撤回了"
    CHILD = "child", "孩子的资料删除了"
    LATE = "late", "没有等到合适的时间"


class VisitNo(models.TextChoices):
    """Why a coordinator turns it down: sentences that the family reads."""

    BUSY = "busy", "这段时间能上门的老师都排满了，过些日子再试试"
    FAR = "far", "你们那一带现在还没有能上门的老师，附近的活动欢迎来"
    CLASS = "class", "这件事到活动现场跟老师聊更合适，老师在场，孩子也有伴"
    PHONE = "phone", "请给我们打个电话，先聊一聊再定"
