"""Families: a guardian, children by nickname and birth month, what the family wishes for.

Everything about a child is sealed.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from backend.common.languages import LONGEST
from backend.common.sealing import SealedField, SealedModel
from backend.places.models import Division
from backend.programmes.models import Programme
from backend.volunteers.models import WEEKDAYS, Volunteer

# Of a family: what a page or a form leaves sealed, unless it is about just that.
SEALED = ("guardian_name", "phone", "phone_index")


class Family(SealedModel):
    """The unit that books. `number` is what a page, a log or a notice may show."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="family",
    )
    number = models.CharField(max_length=20, unique=True)
    guardian_name = SealedField(null=True, blank=True)
    phone = SealedField(null=True, blank=True)
    phone_index = models.BinaryField(null=True, blank=True)
    street = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    latitude = models.FloatField()
    longitude = models.FloatField()
    max_travel = models.PositiveSmallIntegerField(default=25)  # minutes
    language = models.CharField(
        max_length=LONGEST, blank=True, default="", db_default=""
    )  # what it would like somebody there to speak (common.languages)
    language_needed = models.BooleanField(
        default=False, db_default=False
    )  # without it the family is given no seat by a plan
    active = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(fields=["phone_index"], name="family_phone"),
            models.Index(fields=["street"], name="family_street"),
        ]

    def __str__(self) -> str:
        return self.number


class Guardian(SealedModel):
    """家里的大人: another grown-up of the family with her own sign-in, asked in by phone by the one
    who registered it.

    Until `user` is set she has not accepted, and after `until` she cannot any more. Whoever is let
    out is deleted. `called` is what the family calls her: "外婆".
    """

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="guardians")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="guardianship",
    )
    called = SealedField()
    phone = SealedField()
    phone_index = models.BinaryField()
    asked_at = models.DateTimeField()
    until = models.DateTimeField()
    joined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["phone_index"], name="guardian_phone")]
        constraints = [
            models.UniqueConstraint(
                fields=["family", "phone_index"],
                condition=Q(user__isnull=True),  # two who are in may share a telephone
                name="guardian_asked_once",
            )
        ]

    def __str__(self) -> str:
        return f"guardian {self.pk} of {self.family_id}"


class Child(SealedModel):
    """A nickname and a birth month ("2025-03"): no full name, no identity number, no photo."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="children")
    nickname = SealedField()
    birth_month = SealedField()
    note = SealedField(null=True, blank=True)  # allergy or nap, only with its own consent

    def __str__(self) -> str:
        return f"child {self.pk}"


class FamilyAvailability(models.Model):
    """A weekly span in which the family can come: minutes of the day, half-open."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="availability")
    weekday = models.PositiveSmallIntegerField(choices=WEEKDAYS)
    start = models.PositiveSmallIntegerField()
    end = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(start__lt=F("end"), end__lte=1440, weekday__lte=6), name="family_span"
            )
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.start}-{self.end}"


class Request(models.Model):
    """心愿: a flexible wish that the solver fills.

    `group` names a home visit's alternatives; null: any suitable session.
    """

    class State(models.TextChoices):
        OPEN = "open", "等安排"
        PAUSED = "paused", "暂停"
        CLOSED = "closed", "结束"

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="requests")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    wants = models.PositiveSmallIntegerField(default=1)
    per_week = models.PositiveSmallIntegerField(default=1)
    priority = models.PositiveSmallIntegerField(default=1)
    part = models.CharField(
        max_length=8, blank=True, default="", db_default=""
    )  # of the family's hours, a key of parts.PARTS; "": any of them
    max_travel = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # minutes; null: as far as the family goes
    group = models.CharField(max_length=40, blank=True)
    children = models.ManyToManyField(
        Child, blank=True, related_name="+"
    )  # for whom it is; none: for all of the family's
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "programme"], name="request_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(wants__gte=1, per_week__gte=1, priority__gte=1), name="request_amounts"
            )
        ]

    @property
    def is_paused(self) -> bool:
        return self.state == Request.State.PAUSED

    def __str__(self) -> str:
        return f"{self.family_id} wants {self.wants}"


class Avoid(models.Model):
    """A family and a volunteer who are never in the same session."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="avoids")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["family", "volunteer"], name="one_avoid")]

    def __str__(self) -> str:
        return f"{self.family_id} / {self.volunteer_id}"


class Knows(models.Model):
    """Continuity worth keeping: they have met before. Strength 1 … 3."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="knows")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="+")
    strength = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["family", "volunteer"], name="one_knows"),
            models.CheckConstraint(condition=Q(strength__range=(1, 3)), name="knows_strength"),
        ]

    def __str__(self) -> str:
        return f"{self.family_id} / {self.volunteer_id}: {self.strength}"
