"""How far a run and a proposal are.

Apart from the models, so that a sentence can be said about them before any row is read.
"""

from __future__ import annotations

from django.db import models


class RunState(models.TextChoices):
    QUEUED = "queued", "等待"
    RUNNING = "running", "运算中"
    FINISHED = "finished", "完成"
    FAILED = "failed", "出错"
    CANCELLED = "cancelled", "已取消"


LIVE_RUNS = (RunState.QUEUED, RunState.RUNNING)


class ProposalState(models.TextChoices):
    OPEN = "open", "待发布"
    PUBLISHING = "publishing", "正在发布"
    PUBLISHED = "published", "已发布"
    DISCARDED = "discarded", "已放弃"
    WHAT_IF = "what_if", "只是假设"
