"""Statements of service: what an organisation gives a volunteer in writing about the hours that it
recorded. Who organises records, who records proves."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from backend.common.sealing import SealedBytesField, SealedField, SealedModel
from backend.organisations.models import Organisation
from backend.records.models import ServiceRecord
from backend.volunteers.models import Volunteer


class StatementState(models.TextChoices):
    REQUESTED = "requested", "等开出"
    DROPPED = "dropped", "不要了"  # she took the question back
    DENIED = "denied", "没有开"
    DISPLAYED = "displayed", "公示中"
    ISSUED = "issued", "有效"
    REVOKED = "revoked", "收回了"


class Statement(SealedModel):
    """One paper about the hours that one organisation, and those below it, recorded of one person
    in a period, both days included.

    What stands on it is frozen in `content` when it is issued (`proofs.content`): a correction
    afterwards does not change a paper that is in somebody's hands; it is marked. `head` is how long
    her chain of hours was then.
    """

    State = StatementState

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="statements")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    state = models.CharField(
        max_length=9, choices=StatementState.choices, default=StatementState.REQUESTED
    )
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_id = models.BigIntegerField(null=True, blank=True)  # accounts.User
    why = models.CharField(max_length=200, blank=True)  # of a no, and of a revocation; she reads it
    ended_at = models.DateTimeField(null=True, blank=True)  # revoked

    is_proof = models.BooleanField(
        default=False
    )  # a lawful issuer's 证明; else a platform's record
    until = models.DateTimeField(null=True, blank=True)  # it is displayed until then
    number = models.CharField(max_length=40, null=True, blank=True, unique=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    content = SealedField(null=True, blank=True)
    minutes = models.PositiveIntegerField(default=0)
    head = models.PositiveIntegerField(default=0)

    pdf = SealedBytesField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the PDF
    missing = models.CharField(max_length=80, blank=True)  # characters that the font has not

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "organisation"],
                condition=Q(state=StatementState.REQUESTED),
                name="one_statement_requested",
            ),
            models.CheckConstraint(
                condition=Q(first_day__lte=models.F("last_day")), name="statement_period"
            ),
        ]
        indexes = [
            models.Index(fields=["volunteer", "-made_at"], name="statement_hers"),
            models.Index(
                fields=["made_at"],
                name="statement_requested",
                condition=Q(state=StatementState.REQUESTED),
            ),
            models.Index(fields=["-issued_at"], name="statement_issued"),
            models.Index(
                fields=["issued_at"],
                name="statement_unprinted",
                condition=Q(state=StatementState.ISSUED, digest=""),
            ),
            models.Index(
                fields=["until"],
                name="statement_displayed",
                condition=Q(state=StatementState.DISPLAYED),
            ),
        ]

    @property
    def is_requested(self) -> bool:
        return self.state == StatementState.REQUESTED

    @property
    def is_issued(self) -> bool:
        return self.state == StatementState.ISSUED

    @property
    def is_displayed(self) -> bool:
        return self.state == StatementState.DISPLAYED

    @property
    def is_printed(self) -> bool:
        return bool(self.digest)

    def __str__(self) -> str:
        return self.number or f"statement {self.pk}"


class Doubt(models.Model):
    """What somebody who saw a statement on display says against it; it does not hold before that is
    answered."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="doubts")
    text = models.CharField(max_length=200)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    answer = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_id = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"doubt {self.pk}"


class Series(models.Model):
    """The last running number of a code's statements of a year (`policy.code_in_numbers`)."""

    code = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "year"], name="one_series")]

    def __str__(self) -> str:
        return f"{self.code}-{self.year}: {self.last}"


class BatchState(models.TextChoices):
    MADE = "made", "等上报"
    REPORTED = "reported", "已上报"
    VOID = "void", "作废"


class ReportBatch(models.Model):
    """Records of hours that leave together for the national system, as one sheet. What was
    reported stays; a correction afterwards is in the next batch, as a difference."""

    State = BatchState

    number = models.PositiveIntegerField(unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=BatchState.choices, default=BatchState.MADE)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by_id = models.BigIntegerField(null=True, blank=True)
    records = models.PositiveIntegerField()
    minutes = models.IntegerField()  # negative where corrections take away more

    class Meta:
        indexes = [models.Index(fields=["organisation", "-number"], name="batch_list")]

    @property
    def is_made(self) -> bool:
        return self.state == BatchState.MADE

    @property
    def is_reported(self) -> bool:
        return self.state == BatchState.REPORTED

    def __str__(self) -> str:
        return f"batch {self.number}"


class BatchLine(models.Model):
    """A record is in a batch. The database refuses UPDATE, DELETE and TRUNCATE; a batch that became
    void gives its records back by its state."""

    batch = models.ForeignKey(ReportBatch, on_delete=models.PROTECT, related_name="lines")
    record = models.ForeignKey(ServiceRecord, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "record"], name="once_in_a_batch")]

    def __str__(self) -> str:
        return f"{self.record_id} in {self.batch_id}"


class AwardState(models.TextChoices):
    PUBLIC = "public", "公示中"
    AWARDED = "awarded", "已评定"
    ENDED = "ended", "撤下了"


class StarAward(models.Model):
    """A star that a person approved: on display first, then hers. `minutes`: what counted then."""

    State = AwardState

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="stars")
    level = models.PositiveSmallIntegerField()
    minutes = models.PositiveIntegerField()
    state = models.CharField(max_length=7, choices=AwardState.choices, default=AwardState.PUBLIC)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField()
    until = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=200, blank=True)  # it was taken down; she reads it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "level"],
                condition=~Q(state=AwardState.ENDED),
                name="one_star_of_a_level",
            )
        ]
        indexes = [
            models.Index(fields=["until"], name="star_public", condition=Q(state=AwardState.PUBLIC))
        ]

    def __str__(self) -> str:
        return f"star {self.level} of {self.volunteer_id}"
