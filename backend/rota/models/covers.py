"""Whom somebody asks to take her place."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.rota.models.people import Assignment
from backend.rota.models.plan import Session, Shift
from backend.rota.states import CoverAskState, CoverState
from backend.volunteers.models import Volunteer


class Cover(models.Model):
    """A question to one or to several that keeps nobody a place: who says yes first has it.

    `place`: whoever has it would pass it on, and has it until somebody takes it. One question about
    a place is open at a time; who is asked later is asked by the same.
    """

    State = CoverState

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="covers")
    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="covers")
    place = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="covers")
    state = models.CharField(max_length=10, choices=State.choices, default=CoverState.OPEN)
    answer_by = models.DateTimeField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["answer_by"], name="cover_due", condition=Q(state=CoverState.OPEN)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["place"], condition=Q(state=CoverState.OPEN), name="one_open_cover"
            )
        ]

    @property
    def is_open(self) -> bool:
        return self.state == CoverState.OPEN

    def __str__(self) -> str:
        return f"cover {self.pk} {self.state}"


class CoverAsk(models.Model):
    """One who is asked. `named`: she was picked by name, and reads who asks her."""

    State = CoverAskState

    cover = models.ForeignKey(Cover, on_delete=models.CASCADE, related_name="asks")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="cover_asks")
    named = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=CoverAskState.PENDING)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["volunteer", "state"], name="cover_ask_volunteer")]
        constraints = [
            models.UniqueConstraint(fields=["cover", "volunteer"], name="asked_once_to_cover")
        ]

    def __str__(self) -> str:
        return f"cover ask {self.pk} {self.state}"
