"""Reports as they were made: what stood in each, and who took it out of the house."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from backend.organisations.models import Organisation


class Report(models.Model):
    """A report on an organisation's work in a period, with the numbers as they were that moment, so
    that the document can be had again word for word. `starts_on` None: from the beginning."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(null=True)
    ends_on = models.DateField()  # the last day
    numbers = models.JSONField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "-made_at"], name="report_list")]

    def __str__(self) -> str:
        return f"report {self.pk}"
