"""What coordinators did by hand: who, when, to whom, and why."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from backend.families.models import Family
from backend.rota.models.people import Assignment, Offer
from backend.rota.models.plan import Rota, Session
from backend.volunteers.models import Volunteer


class Act(models.Model):
    """One thing that a coordinator did to a session, or to somebody's part in it.

    The log of the session's page, and what there is to undo: `assignment` and `offer` are the rows
    that the act made or ended, `was` what it wrote over. `beside`: the act that it was done
    together with, as one (somebody was taken out and another placed); undoing that undoes both.
    """

    class Verb(models.TextChoices):
        TOOK_OUT = "took_out", "请她不用来了"
        PLACED = "placed", "按电话里说好的排上了"
        ASKED = "asked", "问了她"
        TOOK_BACK = "took_back", "收回了邀请"
        PROLONGED = "prolonged", "延长了回复时间"
        PINNED = "pinned", "钉住了"
        UNPINNED = "unpinned", "不再钉住"
        ADDED = "added", "新增了这一场"
        CHANGED = "changed", "改了这一场"
        CANCELLED = "cancelled", "取消了这一场"
        REOPENED = "reopened", "重新开了这一场"
        CALLED = "called", "打过电话"

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="acts")
    verb = models.CharField(max_length=12, choices=Verb.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    volunteer = models.ForeignKey(
        Volunteer, null=True, on_delete=models.CASCADE, related_name="acts"
    )
    family = models.ForeignKey(Family, null=True, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    because = models.CharField(max_length=200, blank=True)
    assignment = models.ForeignKey(
        Assignment, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    offer = models.ForeignKey(Offer, null=True, on_delete=models.SET_NULL, related_name="+")
    was = models.JSONField(null=True)
    beside = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="rest")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["session", "-at"], name="act_session"),
            models.Index(fields=["volunteer", "-at"], name="act_volunteer"),
        ]

    def __str__(self) -> str:
        return f"act {self.pk} {self.verb}"


class AimsChange(models.Model):
    """What a coordinator had the plans of a rota look to since then (rota.aims)."""

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="aims_changes")
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    preset = models.CharField(max_length=10)
    per_week = models.PositiveSmallIntegerField(null=True)
    weekends = models.PositiveSmallIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["rota", "-at"], name="aims_of_rota")]

    def __str__(self) -> str:
        return f"aims {self.pk} {self.preset}"
