"""A family's wish for a visit at home, and each visit that was made of it.

What it is about, and the door, are sealed; so is nothing that a list needs.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from backend.common.sealing import SealedField, SealedModel
from backend.families.models import Child, Family
from backend.rota.models import Session
from backend.visits.states import LIVE_VISITS, VisitEnd, VisitNo, VisitPart, VisitState


class VisitRequest(SealedModel):
    """open → planned → done; planned → open when the time does not suit; ended or declined before.

    `version` rises with each change, so that nobody plans what she has not read. `address` goes a
    while after it is over, and `topic` with it; `child` with the child.
    """

    State = VisitState

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="visit_requests")
    child = models.ForeignKey(
        Child, null=True, on_delete=models.SET_NULL, related_name="visit_requests"
    )
    topic = SealedField(null=True, blank=True)  # a code of VisitTopic
    address = SealedField(null=True, blank=True)
    parts = ArrayField(models.CharField(max_length=10, choices=VisitPart.choices))
    first_day = models.DateField()
    last_day = models.DateField()  # after it nobody looks for a time any more
    guardian_agreed_at = models.DateTimeField()  # that a grown-up of the family is there throughout
    state = models.CharField(max_length=8, choices=State.choices, default=VisitState.OPEN)
    end_reason = models.CharField(
        max_length=8, choices=VisitEnd.choices, blank=True, default="", db_default=""
    )
    because = models.CharField(
        max_length=8, choices=VisitNo.choices, blank=True, default="", db_default=""
    )  # declined: why
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["last_day"], name="visit_request_open", condition=Q(state=VisitState.OPEN)
            ),
            models.Index(fields=["family", "-made_at"], name="visit_request_family"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["child"],
                condition=Q(state__in=list(LIVE_VISITS)),
                name="one_live_visit_request",
            ),
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")), name="visit_request_days"
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state == VisitState.OPEN

    @property
    def is_planned(self) -> bool:
        return self.state == VisitState.PLANNED

    def __str__(self) -> str:
        return f"visit request {self.pk} {self.state}"


class Visit(models.Model):
    """A session at the home of whoever asked for it. `escorted`: a worker of the community comes
    with the volunteer, so one volunteer is enough.

    begun → finished by whoever of them taps; asked, when nobody has said that they are out;
    alarmed, when nobody answered: until somebody has heard that they are `safe`.
    """

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="visit")
    request = models.ForeignKey(VisitRequest, on_delete=models.CASCADE, related_name="visits")
    escorted = models.BooleanField(default=False)
    begun_at = models.DateTimeField(null=True, blank=True)
    begun_by_id = models.BigIntegerField(null=True, blank=True)  # accounts.User
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by_id = models.BigIntegerField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    alarmed_at = models.DateTimeField(null=True, blank=True)
    safe_at = models.DateTimeField(null=True, blank=True)
    safe_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["session"],
                name="visit_unfinished",
                condition=Q(finished_at__isnull=True, safe_at__isnull=True),
            )
        ]

    @property
    def is_over(self) -> bool:
        """They are out, as one of them said or somebody heard."""
        return self.finished_at is not None or self.safe_at is not None

    def __str__(self) -> str:
        return f"visit {self.pk} of session {self.session_id}"
