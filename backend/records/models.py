"""What took place: who came, and the hours of service, which are append-only: a mistake is
corrected by a reversal and a new line."""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from backend.bookings.models import Booking
from backend.organisations.models import Organisation
from backend.programmes.models import CredentialKind
from backend.rota.models import Assignment, Session
from backend.volunteers.models import Volunteer


class SessionReport(models.Model):
    """How many people one session reached, children and grown-ups, and how it was in a sentence:
    nobody is named, so it outlives the erasure of personal data. Whoever led says it first; a
    correction stands beside who made it."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="report")
    persons_served = models.PositiveSmallIntegerField()
    children_served = models.PositiveSmallIntegerField(default=0)
    said = models.CharField(max_length=200, blank=True, default="", db_default="")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )  # null: brought in with older figures
    corrected_at = models.DateTimeField(null=True, blank=True)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    @property
    def adults_served(self) -> int:
        return max(0, self.persons_served - self.children_served)

    @property
    def mark(self) -> str:
        """Tells what it says from something else: a form holds the mark of what it began with."""
        told = (self.persons_served, self.children_served, self.said)
        return sha256(repr(told).encode()).hexdigest()[:12]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.persons_served}"


class Feedback(models.Model):
    """What a family says of a class in which it had a seat. No words of its own: nothing about a
    child can stand in it."""

    class Felt(models.IntegerChoices):
        WELL = 3, "很好"
        FAIRLY = 2, "还可以"
        BADLY = 1, "不太好"

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="feedback")
    tutor_came = models.BooleanField()
    felt = models.PositiveSmallIntegerField(choices=Felt.choices, null=True, blank=True)
    said_at = models.DateTimeField()
    looked_at = models.DateTimeField(
        null=True, blank=True
    )  # by who answers for the class, of one to which no tutor came

    def __str__(self) -> str:
        return f"feedback of {self.booking_id}"


class Attendance(models.Model):
    """What is known of somebody's coming and going in one session, and by whose word.

    Where she was is not kept: only that somebody with the code of the place, or who saw her, says
    so. `state` ends the question; until then the sign-in stands for itself.
    """

    class How(models.TextChoices):
        CODE = "code", "签到码"
        WALL = "wall", "墙上的码"
        LEADER = "leader", "带队代签"
        LATER = "later", "事后补说"
        KEPT = "kept", "签到码，没有网络时记下"
        VISIT = "visit", "上门时自己点"

    class State(models.TextChoices):
        OPEN = "open", "等核对"
        ATTENDED = "attended", "到了"
        ABSENT = "absent", "没到"
        EXCUSED = "excused", "请假"

    assignment = models.OneToOneField(
        Assignment, on_delete=models.PROTECT, related_name="attendance"
    )
    came_at = models.DateTimeField(null=True, blank=True)
    came_how = models.CharField(max_length=6, choices=How.choices, blank=True)
    came_by_id = models.BigIntegerField(null=True, blank=True)  # accounts.User
    left_at = models.DateTimeField(null=True, blank=True)
    left_how = models.CharField(max_length=6, choices=How.choices, blank=True)
    left_by_id = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    why = models.CharField(max_length=200, blank=True)  # she reads it

    def __str__(self) -> str:
        return f"{self.assignment_id}: {self.state}"


class Training(models.Model):
    """Who attends this session, by the word of two people, holds a credential afterwards."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="training")
    kind = models.ForeignKey(CredentialKind, on_delete=models.PROTECT, related_name="+")
    months = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # from its day on; null: without end
    said_at = models.DateTimeField()
    said_by_id = models.BigIntegerField()  # accounts.User

    def __str__(self) -> str:
        return f"{self.session_id} grants {self.kind_id}"


class TrainingGrant(models.Model):
    """What somebody's attendance of a training gave her; there as long as the attendance stands.

    `granted_at` tells whether what she holds is still that one. `before`: what she held of the
    kind apart from every training, hers again when no attendance is left.
    """

    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="grant")
    credential_id = models.BigIntegerField()  # volunteers.VolunteerCredential
    granted_at = models.DateTimeField()
    before = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)

    def __str__(self) -> str:
        return f"grant of {self.assignment_id}"


class ServiceRecord(models.Model):
    """Whole minutes of service, travel never counted.

    The database refuses UPDATE, DELETE and TRUNCATE (migrations 0002 and 0003). Each row is the
    next link of its volunteer's chain (records/chain.py), so that `verify_records` sees a row that
    came, went or changed by another way.
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
    word_by_id = models.BigIntegerField(null=True)  # whose word came first: hers, or the leader's
    recorded_by_id = models.BigIntegerField(null=True)  # who confirmed it
    recorded_at = models.DateTimeField()
    note = models.CharField(max_length=120, blank=True)
    number = models.PositiveIntegerField()  # 1, 2, 3 … in her chain
    previous = models.CharField(max_length=64, blank=True)  # digest of the row before; "": none
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["volunteer", "recorded_at"], name="service_volunteer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, minutes__gt=0)
                | Q(reverses__isnull=False, minutes__lt=0),
                name="service_sign",
            ),
            models.UniqueConstraint(fields=["volunteer", "number"], name="service_chain"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id}: {self.minutes} min"


class Objection(models.Model):
    """A volunteer says that what was noted of her is not right; somebody looks and answers."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="objections")
    text = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_id = models.BigIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(answered_at__isnull=True),
                name="one_open_objection",
            )
        ]
        indexes = [
            models.Index(
                fields=["made_at"], name="objection_open", condition=Q(answered_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"objection {self.pk}"


class BackEntry(models.Model):
    """Hours that nobody signed in for: one person asks with a reason, another one decides."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="back_entries"
    )
    minutes = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=120)
    asked_by_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    approved = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(decided_at__isnull=True),
                name="one_open_back_entry",
            )
        ]

    def __str__(self) -> str:
        return f"back entry {self.pk}"
