"""The federation's own tree and its teams. Both stand apart from the administrative divisions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from backend.common.sealing import SealedField, SealedModel
from backend.places.models import Division


class Organisation(models.Model):
    """A women's federation at one of four levels.

    `path` is the ids from the root, "1.14.230.", so a prefix is a scope.
    """

    class Level(models.IntegerChoices):
        CITY = 1, "市"
        COUNTY = 2, "县（市、区）"
        STREET = 3, "乡镇（街道）"
        VILLAGE = 4, "村（社区）"

    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=60, unique=True)
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    name = models.CharField(max_length=60)
    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    contact_phone = models.CharField(
        max_length=30, blank=True, default="", db_default=""
    )  # shown to volunteers; below it where an organisation has none of its own
    lawful_issuer = models.BooleanField(default=False)  # may call its proof of hours 证明
    responsible = models.CharField(
        max_length=40, blank=True, default="", db_default=""
    )  # whose name stands beside the handler's on a statement of service
    stars_on_reported = models.BooleanField(
        default=False, db_default=False
    )  # only hours that were reported to the national system count for its volunteers' stars

    class Meta:
        ordering = ["path"]
        indexes = [
            models.Index(
                fields=["path"], name="organisation_scope", opclasses=["varchar_pattern_ops"]
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(level__range=(1, 4)), name="organisation_level")
        ]

    @property
    def streams(self) -> list[str]:
        """Who is told when a rota of its comes or goes: its own list and the list of each
        organisation above it."""
        return [f"organisation.{pk}" for pk in self.path.strip(".").split(".")]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """A volunteers' group; it belongs to several organisations where it is run jointly."""

    name = models.CharField(max_length=60)
    organisations = models.ManyToManyField(Organisation, related_name="teams")
    registered = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class TeamLink(models.Model):
    """An address by which whoever has it asks to join a team, also as a code to be scanned. Its
    maker ends it, or its days do."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="links")
    code = models.CharField(max_length=32, unique=True)
    made_by_id = models.BigIntegerField()
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link {self.pk} of team {self.team_id}"


class Membership(models.Model):
    """A user's role in an organisation; she sees that organisation and everything below it."""

    class Role(models.TextChoices):
        COORDINATOR = "coordinator", "调度员"
        VIEWER = "viewer", "查看"
        OFFICER = "officer", "儿童信息负责人"
        CASES = "cases", "个案负责人"
        OPERATOR = "operator", "运维"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=12, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation", "role"], name="one_membership")
        ]

    def __str__(self) -> str:
        return f"{self.role} @ {self.organisation_id}"


class NumberQuestion(SealedModel):
    """Somebody who has shown to hold a number says that she is the person of this account, and has
    nothing else to show for it: whoever knows her answers for her."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="number_questions"
    )  # where she belongs
    number = SealedField()
    number_index = models.BinaryField()
    called = SealedField()  # as she calls herself
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    yes = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "number_index"],
                condition=Q(answered_at__isnull=True),
                name="one_open_number_question",
            )
        ]
        indexes = [
            models.Index(
                fields=["organisation", "asked_at"],
                name="number_question_open",
                condition=Q(answered_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"whose number: user {self.user_id}"


class Invitation(SealedModel):
    """Somebody is asked to take on a role: whoever shows that she holds this phone may accept."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations"
    )
    role = models.CharField(max_length=12, choices=Membership.Role.choices)
    name = models.CharField(max_length=40)  # as who invites calls her
    phone = SealedField()
    phone_index = models.BinaryField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["phone_index"], name="invitation_phone"),
            models.Index(fields=["organisation", "made_at"], name="invitation_list"),
        ]

    def __str__(self) -> str:
        return f"{self.role} @ {self.organisation_id}"
