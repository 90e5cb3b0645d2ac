"""The words for how far something is, and the sets of them that mean one thing.

They stand apart from the models, so that a sentence can be said about them before any row is read.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy


class RotaState(models.TextChoices):
    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    CLOSED = "closed", "已结束"


class RotaKind(models.TextChoices):
    ORDINARY = "ordinary", "排班"
    PAIRS = "pairs", "结对记录"  # a ledger: closed from the beginning, of the visits of pairs
    CASES = "cases", "个案记录"  # the same, of meetings in cases


class SessionState(models.TextChoices):
    PLANNED = "planned", "计划中"
    OPEN = "open", "已开放"
    CANCELLED = "cancelled", "已取消"
    DONE = "done", "已结束"


class AtHome(models.TextChoices):
    """Why a session is at the home of one family, for which it is reserved."""

    NOWHERE = "", ""  # it is not
    VISIT = "for_visit", "请老师上门"
    PAIR = "for_pair", "结对"
    CASE = "for_case", "个案"  # of a case there is a number, wherever they met
    PLANNED = "for_home", "入户指导"  # planned with the rota; no family has asked by its own page


class OffBecause(models.TextChoices):
    """Why a session was called off by what happened, and by no coordinator, who writes why."""

    FAMILY = "off_by_family", gettext_lazy("这一家取消了上门")
    OTHER_TIME = "off_for_other_time", gettext_lazy("时间不合适，另外再约")


# What keeps the hours of a pair or of a case: a list that has them would name whose mentor she is
LEDGERS = {AtHome.PAIR: RotaKind.PAIRS, AtHome.CASE: RotaKind.CASES}
APART = tuple(LEDGERS)
TO_COME = (SessionState.PLANNED, SessionState.OPEN)  # neither called off nor over
OPENED = (SessionState.OPEN, SessionState.DONE)  # people could see it, and it was not called off


class OfferState(models.TextChoices):
    PENDING = "pending", "等回复"
    ACCEPTED = "accepted", "能去"
    DECLINED = "declined", "去不了"
    EXPIRED = "expired", "过期"
    WITHDRAWN = "withdrawn", "已收回"
    LAPSED = "lapsed", "旧的回复"


LIVE_OFFERS = (OfferState.PENDING, OfferState.DECLINED)


class AssignmentState(models.TextChoices):
    ACTIVE = "active", "已确认"
    WITHDRAWN = "withdrawn", "去不了"
    RELEASED = "released", "已取消"
    DONE = "done", "已完成"
    MOVED = "moved", "改期重问"
    LAPSED = "lapsed", "不算"
    TAKEN_OUT = "taken_out", "不用来了"


class CoverState(models.TextChoices):
    OPEN = "open", "在找人"
    TAKEN = "taken", "有人去了"
    STOPPED = "stopped", "不找了"  # by whoever asked
    EXPIRED = "expired", "没找到人"  # everybody said no, or the time ran out
    OVER = "over", "不用找了"  # the place is hers no more, or the session is not what it was


class CoverAskState(models.TextChoices):
    PENDING = "pending", "等回复"
    YES = "accepted", "去了"
    NO = "declined", "去不了"
    SPARED = "spared", "不用答了"


HELD = (AssignmentState.ACTIVE, AssignmentState.DONE)  # she is there, or was
