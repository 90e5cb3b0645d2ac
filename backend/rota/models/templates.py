"""Sessions that coordinators keep under a name, to begin new ones from."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from backend.organisations.models import Organisation
from backend.programmes.models import Engagement


class SessionTemplate(models.Model):
    """What a session says apart from its day: an organisation's own habits, beside those of the
    kind. `says` as rota.operations.templates writes it."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="session_templates"
    )
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    says = models.JSONField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="one_template_of_a_name")
        ]

    def __str__(self) -> str:
        return self.name
