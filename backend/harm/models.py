"""Reports of harm: apart from everything else, sealed, and never changed."""

from __future__ import annotations

from django.db import models

from backend.common.sealing import SealedField, SealedModel
from backend.organisations.models import Organisation


class HarmReport(SealedModel):
    """`words` is all that was said (operations.Sighting), sealed; `digest` tells whether it is what
    was written. The database refuses every change but the sealing of `words` under a new key, and
    every removal (migration 0002).

    Keys of rows and no references: nothing that is erased elsewhere takes a report with it.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )  # whose officers read it
    session_id = models.BigIntegerField()  # rota.Session
    made_by_id = models.BigIntegerField()  # accounts.User
    made_at = models.DateTimeField()
    words = SealedField()
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-made_at"], name="harm_report_list")]

    def __str__(self) -> str:
        return f"harm report {self.pk}"
