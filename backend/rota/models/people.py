"""Who is asked and who has said yes."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast

from backend.rota.models.plan import Session, Shift
from backend.rota.states import HELD, LIVE_OFFERS, AssignmentState, OfferState
from backend.volunteers.models import Volunteer

PERSON = (
    2**32
)  # minutes since the epoch stay far below this, so person and minute share one number line


class Offer(models.Model):
    """ "Will you take this shift?", with a time to answer by.

    A declined one does not come back to her for that session, unless its time or place changes:
    then her answer has lapsed, and she may be asked for what it is now.
    """

    State = OfferState

    class Reopened(models.TextChoices):
        PROMISED = "promised", "答应过"
        ASKED = "asked", "问过"

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="offers")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="offers")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="offers")
    state = models.CharField(max_length=10, choices=State.choices, default=OfferState.PENDING)
    proposal_id = models.BigIntegerField(
        null=True, blank=True
    )  # planning.Proposal; a number, because planning comes later
    pinned = models.BooleanField(
        default=False, db_default=False
    )  # by a coordinator: a plan keeps it as it keeps a promise
    answer_by = models.DateTimeField()
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    before = models.JSONField(
        null=True, blank=True
    )  # of a session that has changed: Agreed as it was, and `promised`: she had said yes to that
    reopened = models.CharField(
        max_length=8, choices=Reopened.choices, blank=True, default="", db_default=""
    )  # the session had been called off: what she was to it then

    class Meta:
        indexes = [
            models.Index(fields=["volunteer", "state"], name="offer_volunteer"),
            models.Index(
                fields=["answer_by"], name="offer_due", condition=Q(state=OfferState.PENDING)
            ),
            models.Index(fields=["session", "state"], name="offer_session"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "volunteer"],
                condition=Q(state__in=list(LIVE_OFFERS)),
                name="one_live_offer",
            )
        ]

    @property
    def is_pending(self) -> bool:
        return self.state == OfferState.PENDING

    @property
    def is_accepted(self) -> bool:
        return self.state == OfferState.ACCEPTED

    @property
    def is_declined(self) -> bool:
        return self.state == OfferState.DECLINED

    def __str__(self) -> str:
        return f"offer {self.pk} {self.state}"


class Assignment(models.Model):
    """This volunteer has this shift: she picked it, accepted it, or a coordinator placed her with
    her word.

    moved: the session changed, and she was asked again. lapsed: taken by a slip of the finger and
    undone, or given back before the session changed; neither is held against her. taken_out: a
    coordinator ended it, and she has read why.
    """

    class Origin(models.TextChoices):
        PICKED = "picked", "自己报名"
        ACCEPTED = "accepted", "接受邀请"
        PLACED = "placed", "电话说好"
        COVERED = "covered", "替别人"

    State = AssignmentState

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="assignments")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="assignments")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="assignments")
    origin = models.CharField(max_length=10, choices=Origin.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=AssignmentState.ACTIVE)
    start_minute = models.BigIntegerField(
        null=True
    )  # whole minutes since the epoch; null: open-ended
    end_minute = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    attended = models.BooleanField(
        null=True, blank=True
    )  # null: nobody has said yet; records.operations says, by the word of two people

    class Meta:
        indexes = [
            models.Index(
                fields=["volunteer", "state", "start_minute"], name="assignment_volunteer"
            ),
            models.Index(fields=["session", "state"], name="assignment_session"),
            models.Index(
                fields=["end_minute"],
                name="assignment_without_word",
                condition=Q(attended__isnull=True, state__in=list(HELD)),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "volunteer"],
                condition=Q(state=AssignmentState.ACTIVE),
                name="one_place_a_session",
            ),
            # One person is never in two places at once: the database itself refuses. Half-open, so
            # back to back is allowed.
            ExclusionConstraint(
                name="one_place_at_a_time",
                expressions=[
                    (
                        Func(
                            Cast(F("volunteer"), models.BigIntegerField()) * Value(PERSON)
                            + F("start_minute"),
                            Cast(F("volunteer"), models.BigIntegerField()) * Value(PERSON)
                            + F("end_minute"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        "&&",
                    )
                ],
                condition=Q(state=AssignmentState.ACTIVE, start_minute__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"assignment {self.pk} {self.state}"
