"""What a consent is for. Apart from the models, so that a refusal can be said without a row."""

from __future__ import annotations

from django.db import models


class ConsentPurpose(models.TextChoices):
    BOOKING = "booking", "预约早教活动"
    CHILD_NOTE = "child_note", "记录孩子的过敏和午睡"
    VISIT = "visit", "入户指导"
    VETTING = "vetting", "查询从业资格"
