"""A child that is looked after, the pairs that were made for it, and each visit that was reported.

Everything about the child is sealed: a nickname, a month of birth, how its guardian is addressed,
what is said of a visit. Nothing a list needs is.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from backend.common.sealing import SealedField, SealedModel
from backend.organisations.models import Organisation
from backend.pairs.states import (
    TOGETHER,
    AgreedBy,
    AgreedHow,
    PairEnd,
    PairFelt,
    PairState,
)
from backend.programmes.models import Engagement
from backend.rota.models import Assignment
from backend.volunteers.models import Volunteer


class PairedChild(SealedModel):
    """No name, no number, no home, no diagnosis, no family: who knows the child knows whom it is
    about.

    Once the guardian takes the consent back, or PAIR_KEPT after it is over, what is sealed goes and
    the row is left as a figure.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="paired_children"
    )
    nickname = SealedField(null=True, blank=True)
    birth_month = SealedField(null=True, blank=True)  # "2016-03"
    guardian = SealedField(null=True, blank=True)  # how one addresses her: 陈女士
    agreed_by = models.CharField(max_length=8, choices=AgreedBy.choices)
    agreed_how = models.CharField(max_length=8, choices=AgreedHow.choices)
    agreed_on = models.DateField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    noted_at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "noted_at"], name="paired_child_list")]

    @property
    def holds(self) -> bool:
        """The guardian agrees."""
        return self.withdrawn_at is None and self.forgotten_at is None

    def __str__(self) -> str:
        return f"paired child {self.pk}"


class Pair(SealedModel):
    """asked → standing, paused now and then → ended.

    `follows`: the pair that this one takes over from; then both mentors are asked (`agreed_at`,
    `given_at`), and the older one stands until both have said yes. `due_on`: the day by which
    somebody expects the next visit. `rested_at`: since when it pauses. `said`: why not, or why no
    longer, in her words.
    """

    State = PairState

    child = models.ForeignKey(PairedChild, on_delete=models.PROTECT, related_name="pairs")
    mentor = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="mentored")
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="+")
    follows = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by"
    )
    weeks = models.PositiveSmallIntegerField()  # from visit to visit
    state = models.CharField(max_length=8, choices=State.choices, default=PairState.ASKED)
    end_reason = models.CharField(max_length=8, choices=PairEnd.choices, blank=True, default="")
    said = SealedField(null=True, blank=True)
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    given_at = models.DateTimeField(null=True, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    rested_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_on"], name="pair_due", condition=Q(state=PairState.STANDING)),
            models.Index(
                fields=["answer_by"], name="pair_asked", condition=Q(state=PairState.ASKED)
            ),
            models.Index(fields=["mentor", "state"], name="pair_mentor"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["child"],
                condition=Q(state__in=list(TOGETHER)),
                name="one_standing_pair",
            ),
            models.UniqueConstraint(
                fields=["child"], condition=Q(state=PairState.ASKED), name="one_asked_pair"
            ),
            models.CheckConstraint(condition=Q(weeks__range=(1, 8)), name="pair_weeks"),
            models.CheckConstraint(
                condition=~Q(state=PairState.STANDING)
                | Q(since__isnull=False, due_on__isnull=False),
                name="pair_stands_since",
            ),
            models.CheckConstraint(condition=Q(answer_by__gt=F("asked_at")), name="pair_answer_by"),
        ]

    @property
    def is_asked(self) -> bool:
        return self.state == PairState.ASKED

    @property
    def is_standing(self) -> bool:
        return self.state == PairState.STANDING

    @property
    def is_paused(self) -> bool:
        return self.state == PairState.PAUSED

    @property
    def is_together(self) -> bool:
        return self.state in TOGETHER

    def __str__(self) -> str:
        return f"pair {self.pk} {self.state}"


class PairMeeting(SealedModel):
    """A visit that took place, as the mentor says: two taps and a sentence. Her minutes wait for a
    second word like those of any session (`place`)."""

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="meetings")
    place = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="pair_meeting")
    began_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    felt = models.CharField(max_length=8, choices=PairFelt.choices)
    words = SealedField(null=True, blank=True)
    told_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["pair", "-began_at"], name="pair_meetings")]
        constraints = [
            models.UniqueConstraint(fields=["pair", "began_at"], name="one_pair_meeting")
        ]

    @property
    def asks_for_help(self) -> bool:
        return self.felt == PairFelt.HELP

    def __str__(self) -> str:
        return f"meeting {self.pk} of pair {self.pair_id}"


class PairMeetingChange(SealedModel):
    """What was said of a visit before somebody corrected it. `because`: why a coordinator did; a
    mentor corrects her own words and need not say. `reason`: where the versions before wrote that
    in clear; nobody reads it."""

    meeting = models.ForeignKey(PairMeeting, on_delete=models.CASCADE, related_name="changes")
    began_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    felt = models.CharField(max_length=8, choices=PairFelt.choices)
    words = SealedField(null=True, blank=True)
    because = SealedField(null=True, blank=True)
    reason = models.CharField(max_length=120, blank=True, default="", db_default="")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"change {self.pk} of meeting {self.meeting_id}"
