"""The words for how far a case is, and for what may be said of it."""

from __future__ import annotations

from django.db import models


class CaseKind(models.TextChoices):
    """What it is about. The disputes are headings of 民事案件案由规定 (法〔2020〕347号), part two,
    婚姻家庭纠纷 and 继承纠纷; care is help for one woman or family, and no dispute."""

    DIVORCE = "divorce", "离婚"
    CUSTODY = "custody", "抚养"
    VISITING = "visiting", "探望"
    SUPPORT = "support", "赡养"
    PROPERTY = "property", "分家析产"
    HERITAGE = "heritage", "继承"
    OTHER = "other", "别的婚姻家庭纠纷"
    CARE = "care", "关爱帮扶"


class CaseState(models.TextChoices):
    OPENED = "opened", "等同意"
    AGREED = "agreed", "找人"
    HELD = "held", "进行中"
    CLOSED = "closed", "结案了"


class CaseOutcome(models.TextChoices):
    """The first four are those that the centre at the family court reports; the others end a case
    that goes no further (人民调解法 art. 17, 26; 反家庭暴力法 art. 14)."""

    SETTLED = "settled", "撤诉或调解成功"
    REPORTED = "reported", "结案反馈"
    FOLLOWED = "followed", "回访"
    EASED = "eased", "疏导平衡"
    UNSETTLED = "unsettled", "没有谈成，告知了诉讼等办法"
    VIOLENCE = "violence", "有家暴，停止调解并报告"
    WITHDRAWN = "withdrawn", "有人不同意了"


# what somebody chooses; the last follows from a consent that is taken back
CHOSEN_OUTCOMES = tuple(one for one in CaseOutcome if one != CaseOutcome.WITHDRAWN)


class CaseAgreedHow(models.TextChoices):
    PAPER = "paper", "签了纸质同意书"
    SPOKEN = "spoken", "当面说的，有两位工作人员在场"
    PHONE = "phone", "电话里说的，之后补签"


class HelperState(models.TextChoices):
    PROPOSED = "proposed", "推荐给当事人"
    PASSED = "passed", "当事人没有选"
    ASKED = "asked", "等她回复"
    HELPING = "helping", "在办"
    DECLINED = "declined", "这次不方便"
    BARRED = "barred", "有关系，要回避"
    LEFT = "left", "交出去了"
    DONE = "done", "办完了"


LIVE_HELPERS = (HelperState.PROPOSED, HelperState.ASKED, HelperState.HELPING)
READING_HELPERS = (HelperState.ASKED, HelperState.HELPING)


class Relation(models.TextChoices):
    """What she says of herself and the parties before she takes a case: all but one bar her."""

    NONE = "none", "都没有"
    KIN = "kin", "是一方的亲属"
    HOME = "home", "和一方同村同院，或住在一起"
    KNOWN = "known", "和一方是朋友、同事，或帮过其中一方"
    GAIN = "gain", "事情跟自己有利害"


class LookPurpose(models.TextChoices):
    """Why somebody opens what is sealed; the log has it."""

    CONTACT = "contact", "联系当事人"
    MEETING = "meeting", "准备见面"
    RELATION = "relation", "看要不要回避"
    RECORD = "record", "写记录、结案"
    HANDING = "handing", "交接"
