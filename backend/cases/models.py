"""A case, who is in it, who helps, what was written and when they met.

What says something of a person is sealed with CASE_KEYS. In clear stand a number, a kind, an
outcome, days and who works on it: what a list and a count need.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from backend.cases.sealed import CaseField
from backend.cases.states import (
    LIVE_HELPERS,
    READING_HELPERS,
    CaseAgreedHow,
    CaseKind,
    CaseOutcome,
    CaseState,
    HelperState,
)
from backend.common.sealing import SealedModel
from backend.organisations.models import Organisation
from backend.programmes.models import Engagement
from backend.rota.models import Assignment
from backend.volunteers.models import Volunteer


class CareCase(SealedModel):
    """opened → agreed → held → closed. Its key is the number that everybody may hear.

    `helpers_wanted`: one, or two where the parties or the matter ask for it. `forgotten_at`: what
    is sealed is gone, because somebody took a consent back or its days are over.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=CaseKind.choices)
    state = models.CharField(max_length=8, choices=CaseState.choices, default=CaseState.OPENED)
    outcome = models.CharField(max_length=10, choices=CaseOutcome.choices, blank=True, default="")
    helpers_wanted = models.PositiveSmallIntegerField(default=1)
    about = CaseField(null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    opened_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "state"], name="case_list")]
        constraints = [
            models.CheckConstraint(condition=Q(helpers_wanted__range=(1, 2)), name="case_helpers"),
            models.CheckConstraint(
                condition=Q(state=CaseState.CLOSED, closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state=CaseState.CLOSED) & Q(outcome="", closed_at=None),
                name="case_closed_so",
            ),
        ]

    @property
    def is_closed(self) -> bool:
        return self.state == CaseState.CLOSED

    @property
    def is_held(self) -> bool:
        return self.state == CaseState.HELD

    @property
    def is_agreed(self) -> bool:
        return self.state == CaseState.AGREED

    def __str__(self) -> str:
        return f"case {self.pk}"


class CaseParty(SealedModel):
    """One side. `village`: its code, so that nobody from there is proposed."""

    case = models.ForeignKey(CareCase, on_delete=models.CASCADE, related_name="parties")
    side = models.PositiveSmallIntegerField()  # 1, 2
    name = CaseField(null=True, blank=True)
    phone = CaseField(null=True, blank=True)
    village = CaseField(null=True, blank=True)
    agreed_how = models.CharField(
        max_length=8, choices=CaseAgreedHow.choices, blank=True, default=""
    )
    agreed_on = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "side"], name="one_party_a_side"),
            models.CheckConstraint(condition=Q(side__range=(1, 2)), name="case_side"),
        ]

    @property
    def agrees(self) -> bool:
        return self.agreed_on is not None and self.withdrawn_at is None

    def __str__(self) -> str:
        return f"side {self.side} of case {self.case_id}"


class CaseHelper(SealedModel):
    """A volunteer and a case: proposed to the parties, asked once they have chosen her, helping
    once she has said yes. `relation`: why she stays away, as she says."""

    case = models.ForeignKey(CareCase, on_delete=models.CASCADE, related_name="helpers")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="case_work")
    state = models.CharField(
        max_length=8, choices=HelperState.choices, default=HelperState.PROPOSED
    )
    relation = CaseField(null=True, blank=True)
    proposed_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    answer_by = models.DateTimeField(null=True, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["answer_by"], name="case_asked", condition=Q(state=HelperState.ASKED)
            ),
            models.Index(fields=["volunteer", "state"], name="case_helper"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "volunteer"],
                condition=Q(state__in=list(LIVE_HELPERS)),
                name="helps_a_case_once",
            )
        ]

    @property
    def is_proposed(self) -> bool:
        return self.state == HelperState.PROPOSED

    @property
    def is_asked(self) -> bool:
        return self.state == HelperState.ASKED

    @property
    def is_helping(self) -> bool:
        return self.state == HelperState.HELPING

    @property
    def reads(self) -> bool:
        """She may open something of the case: names while she is asked, all while she helps."""
        return self.state in READING_HELPERS

    def __str__(self) -> str:
        return f"helper {self.pk} of case {self.case_id} {self.state}"


class CaseNote(SealedModel):
    """What somebody who works on it wrote."""

    case = models.ForeignKey(CareCase, on_delete=models.CASCADE, related_name="notes")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    written_at = models.DateTimeField()
    words = CaseField()

    def __str__(self) -> str:
        return f"note {self.pk} of case {self.case_id}"


class CaseMeeting(models.Model):
    """They met. Her minutes wait for a second word like those of any session (`place`)."""

    helper = models.ForeignKey(CaseHelper, on_delete=models.CASCADE, related_name="meetings")
    place = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="case_meeting")
    began_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["helper", "began_at"], name="one_case_meeting")
        ]

    def __str__(self) -> str:
        return f"meeting {self.pk} of helper {self.helper_id}"
