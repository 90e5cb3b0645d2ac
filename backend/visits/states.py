"""The words for how far a family's wish for a visit is, and for what may be said of it: apart from
the models, as the rota's are. What a page says of each stands here, and nowhere else."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy


class VisitState(models.TextChoices):
    OPEN = "open", gettext_lazy("等安排")
    PLANNED = "planned", gettext_lazy("定了时间")
    DONE = "done", gettext_lazy("来过了")
    DECLINED = "declined", gettext_lazy("这次去不了")
    ENDED = "ended", gettext_lazy("结束了")


LIVE_VISITS = (VisitState.OPEN, VisitState.PLANNED)


class VisitStage(models.TextChoices):
    """How far those are who go to a home, until somebody has said that they are out."""

    NOWHERE = "", ""  # nobody is looked for
    DUE = "due", gettext_lazy("该到了")
    INSIDE = "inside", gettext_lazy("在里面")
    LATE = "late", gettext_lazy("该出来了")
    MISSED = "missed", gettext_lazy("打电话")


class VisitTopic(models.TextChoices):
    """What it is about, so coarse that it says nothing of one child."""

    FEEDING = "feeding", gettext_lazy("喂养和辅食")
    SLEEP = "sleep", gettext_lazy("睡觉和作息")
    PLAY = "play", gettext_lazy("在家怎么陪着玩")
    TALK = "talk", gettext_lazy("说话和交流")
    MOVING = "moving", gettext_lazy("爬、站和走")
    MOOD = "mood", gettext_lazy("情绪和习惯")
    OTHER = "other", gettext_lazy("别的，见面再说")


class VisitPart(models.TextChoices):
    """When a family is at home."""

    WORKDAY_AM = "workday_am", gettext_lazy("周一到周五上午")
    WORKDAY_PM = "workday_pm", gettext_lazy("周一到周五下午")
    WEEKEND_AM = "weekend_am", gettext_lazy("周末上午")
    WEEKEND_PM = "weekend_pm", gettext_lazy("周末下午")


class VisitEnd(models.TextChoices):
    """Why it ended without a visit."""

    HERSELF = "", ""
    CONSENT = "consent", gettext_lazy("同意书撤回了")
    CHILD = "child", gettext_lazy("孩子的资料删除了")
    AGE = "outgrown", gettext_lazy("改了出生年月，月龄不合适")
    LATE = "late", gettext_lazy("没有等到合适的时间")


class VisitNo(models.TextChoices):
    """Why a coordinator turns it down: sentences that the family reads."""

    BUSY = "busy", gettext_lazy("这段时间能上门的老师都排满了，过些日子再试试")
    FAR = "far", gettext_lazy("你们那一带现在还没有能上门的老师，附近的活动欢迎来")
    CLASS = "class", gettext_lazy("这件事到活动现场跟老师聊更合适，老师在场，孩子也有伴")
    PHONE = "phone", gettext_lazy("请给我们打个电话，先聊一聊再定")
