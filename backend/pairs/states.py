"""The words for how far a pair is, and for what may be said of it: apart from the models, as the
rota's are."""

from __future__ import annotations

from django.db import models


class PairState(models.TextChoices):
    ASKED = "asked", "等她回复"
    STANDING = "standing", "结对中"
    PAUSED = "paused", "先停一停"
    ENDED = "ended", "结束了"


LIVE_PAIRS = (PairState.ASKED, PairState.STANDING, PairState.PAUSED)
TOGETHER = (PairState.STANDING, PairState.PAUSED)


class PairEnd(models.TextChoices):
    """Why it ended, or never began."""

    DECLINED = "declined", "她这次不方便"
    LATE = "late", "没有等到回复"
    BACK = "back", "不问了"
    GROWN = "grown", "孩子现在不需要了"
    MOVED = "moved", "孩子搬走了"
    FAMILY = "family", "监护人想停下来"
    MENTOR = "mentor", "志愿者不方便继续"
    CONSENT = "consent", "监护人撤回了同意"
    HANDED = "handed", "交给另一位志愿者"
    OTHER = "other", "别的原因"


# what somebody chooses; the others follow from what was done
CHOSEN_ENDS = (PairEnd.GROWN, PairEnd.MOVED, PairEnd.FAMILY, PairEnd.MENTOR, PairEnd.OTHER)


class PairFelt(models.TextChoices):
    """How a visit was, in one tap."""

    WELL = "well", "挺好"
    FAIRLY = "fairly", "一般"
    HELP = "help", "想请调度员帮忙"


class AgreedBy(models.TextChoices):
    """Who answers for the child."""

    MOTHER = "mother", "妈妈"
    FATHER = "father", "爸爸"
    GRAND = "grand", "爷爷奶奶、外公外婆"
    KIN = "kin", "别的亲属"
    OFFICE = "office", "村（居）委会、民政部门"


class AgreedHow(models.TextChoices):
    PAPER = "paper", "签了纸质同意书"
    SPOKEN = "spoken", "当面说的，有两位工作人员在场"
    PHONE = "phone", "电话里说的，之后补签"
