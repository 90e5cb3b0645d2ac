"""What took place: hours are append-only, a mistake is corrected by a reversal and a new line."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.organisations.models import Organisation
from backend.rota.models import Session
from backend.volunteers.models import Volunteer


class SessionReport(models.Model):
    """How many people one session reached: numbers only, so they outlive the erasure of personal
    data."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="report")
    persons_served = models.PositiveSmallIntegerField()
    children_served = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.session_id}: {self.persons_served}"


class ServiceRecord(models.Model):
    """Minutes of service, travel never counted.

    The database refuses UPDATE and DELETE (migration 0002).
    """

    volunteer = models.ForeignKey(
        Volunteer, on_delete=models.PROTECT, related_name="service_records"
    )
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="service_records")
    organiser = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )  # who organises records, who records proves
    minutes = models.IntegerField()  # negative: a reversal
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )
    recorded_by_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [models.Index(fields=["volunteer", "recorded_at"], name="service_volunteer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, minutes__gt=0)
                | Q(reverses__isnull=False, minutes__lt=0),
                name="service_sign",
            )
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id}: {self.minutes} min"
