"""The words for how far something is, and the sets of them that mean one thing.

They stand apart from the models, so that a sentence can be said about them before any row is read.
A booking's stand here, too, although bookings are above the rota: a rota's problem reads through
the families which seats are taken.
"""

from __future__ import annotations

from django.db import models


class RotaState(models.TextChoices):
    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    CLOSED = "closed", "已结束"


class SessionState(models.TextChoices):
    PLANNED = "planned", "计划中"
    OPEN = "open", "已开放"
    CANCELLED = "cancelled", "已取消"
    DONE = "done", "已结束"


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


HELD = (AssignmentState.ACTIVE, AssignmentState.DONE)  # she is there, or was


class BookingState(models.TextChoices):
    WAITING = "waiting", "候补"
    OFFERED = "offered", "有位子了"
    CONFIRMED = "confirmed", "约好了"
    ASKED = "asked", "改了，等你回复"
    CANCELLED = "cancelled", "已取消"
    EXPIRED = "expired", "过期"
    ATTENDED = "attended", "来过"
    ABSENT = "absent", "没来"


SEATED = (BookingState.OFFERED, BookingState.CONFIRMED, BookingState.ASKED)  # and yet to come
HAS_SEAT = (BookingState.CONFIRMED, BookingState.ASKED)  # a family that has said yes to one
HOLDS_SEATS = (*SEATED, BookingState.ATTENDED)
LIVE = (BookingState.WAITING, *SEATED)
# The family is to say yes or no until `answer_by`.
ANSWERABLE = (BookingState.OFFERED, BookingState.ASKED)
