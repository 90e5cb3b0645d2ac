"""Programmes are data: a new brand is an afternoon in the admin, never a code path."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

ADULT = "adult"  # the kind that says that a person has seen how old she is: no minor goes to a home


class CredentialKind(models.Model):
    """A certificate, training or insurance that a role may need.

    `code` is the word that the solver and the rules use.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    valid_months = models.PositiveSmallIntegerField(null=True, blank=True)
    is_vetting = models.BooleanField(
        default=False
    )  # held by a clear VettingCheck, not by a certificate

    def __str__(self) -> str:
        return self.name


class Programme(models.Model):
    class Privacy(models.TextChoices):
        PUBLIC = "public", "公开"
        CHILD = "child", "涉及儿童"
        CASE = "case", "个案保密"

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=40)
    summary = models.CharField(max_length=120, blank=True)
    privacy = models.CharField(max_length=8, choices=Privacy.choices)
    active = models.BooleanField(default=True)
    figures = models.JSONField(default=list, db_default=[], blank=True)  # what a report shows of it

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="roles")
    code = models.SlugField(max_length=20)
    name = models.CharField(max_length=20)
    requires = models.ManyToManyField(CredentialKind, blank=True, related_name="+")
    # Seats follow the people of these roles alone: a class with two helpers and no lead tutor has
    # none to give. A session's shifts keep what held when they were made.
    carries_seats = models.BooleanField(default=True, db_default=True)
    # Who has it leads the session: she notes who is there, and her word counts for their hours.
    leads = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "code"], name="one_role_code")]

    def __str__(self) -> str:
        return self.name


class Engagement(models.Model):
    """A kind of session with its habits; what a coordinator gets filled in when she makes one."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="engagements")
    code = models.SlugField(max_length=24)
    name = models.CharField(max_length=20)
    minutes = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # null: open-ended (a pairing, a case)
    seats_min = models.PositiveSmallIntegerField(null=True, blank=True)
    seats_max = models.PositiveSmallIntegerField(null=True, blank=True)
    seats_per_volunteer = models.PositiveSmallIntegerField(null=True, blank=True)
    months_low = models.PositiveSmallIntegerField(null=True, blank=True)
    months_high = models.PositiveSmallIntegerField(null=True, blank=True)
    # Beside what a role asks: where it takes place asks something of everybody, whatever she does
    # there. An insurance for visits at homes, say.
    requires = models.ManyToManyField(CredentialKind, blank=True, related_name="+")
    # It takes place at the home of one family, which asks for it (backend/visits): no venue, and
    # whoever has not said yes knows the street alone.
    at_home = models.BooleanField(default=False, db_default=False)
    staffing = models.JSONField(default=list)  # [{"role": code, "min": 1, "target": 2}]
    risk_note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="one_engagement_code"),
            models.CheckConstraint(
                condition=Q(months_low__lte=F("months_high")), name="engagement_months"
            ),
        ]

    def __str__(self) -> str:
        return self.name
