"""Volunteers: who they are, what they hold, when they are free, how much they want to do."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from backend.common.languages import LONGEST
from backend.common.sealing import SealedBytesField, SealedField, SealedModel
from backend.organisations.models import Organisation, Team
from backend.places.models import Division
from backend.programmes.models import CredentialKind, Programme

WEEKDAYS = [
    (0, "周一"),
    (1, "周二"),
    (2, "周三"),
    (3, "周四"),
    (4, "周五"),
    (5, "周六"),
    (6, "周日"),
]


# Of a volunteer: what a page or a form leaves sealed, unless it is about just that.
SEALED = ("identity_number", "identity_index", "phone", "phone_index")


class Volunteer(SealedModel):
    """A registered volunteer.

    Names sort by `sort_key` (pinyin), because no database collation can be relied on.
    """

    class State(models.TextChoices):
        APPLIED = "applied", "待确认"  # she registered herself; nobody has said yes yet
        ACTIVE = "active", "在册"
        PAUSED = "paused", "暂停"
        LEFT = "left", "退出"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="volunteer",
    )
    number = models.CharField(
        max_length=20, unique=True
    )  # public number, so that the identity number never is
    national_number = models.CharField(max_length=30, blank=True)
    name = models.CharField(max_length=40)
    name_pinyin = models.CharField(max_length=80, blank=True)
    name_initials = models.CharField(max_length=16, blank=True)
    sort_key = models.CharField(max_length=80, blank=True)
    identity_number = SealedField(null=True, blank=True)
    identity_index = models.BinaryField(
        null=True, blank=True
    )  # one within an organisation; who registers her learns nothing of other organisations
    phone = SealedField(null=True, blank=True)
    phone_index = models.BinaryField(null=True, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="volunteers"
    )
    teams = models.ManyToManyField(Team, blank=True, related_name="volunteers")
    programmes = models.ManyToManyField(Programme, blank=True, related_name="volunteers")
    street = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    latitude = models.FloatField()
    longitude = models.FloatField()
    max_travel = models.PositiveSmallIntegerField(default=40)  # minutes, home to place
    max_per_day = models.PositiveSmallIntegerField(default=1)
    max_per_week = models.PositiveSmallIntegerField(default=2)
    max_total = models.PositiveSmallIntegerField(null=True, blank=True)  # per rota; null: no limit
    max_open = models.PositiveSmallIntegerField(default=1)  # pairings and cases at once
    services_before = models.PositiveSmallIntegerField(
        default=0
    )  # given before she was taken over into the register
    named = models.BooleanField(
        default=False, db_default=False
    )  # families whom she teaches read her surname and certificate; else how many lead, and no name
    by_answers = models.BooleanField(
        default=True, db_default=True
    )  # plans reckon with how she answered before (planning.chances); else with everybody's mean
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    languages = ArrayField(
        models.CharField(max_length=LONGEST), default=list, db_default=[], blank=True
    )  # beside 普通话 (common.languages)
    of_age_on = models.DateField(
        null=True, blank=True
    )  # of one who came under age: the first day on which she is of age, which shows her month of
    # birth (ADR 56); null: nobody said so
    every_weeks = models.PositiveSmallIntegerField(
        default=1, db_default=1
    )  # her week holds every so many weeks, counted from that of `weeks_from`
    weeks_from = models.DateField(null=True, blank=True)  # a Monday; null where it is every week
    erased_at = models.DateTimeField(
        null=True, blank=True
    )  # she took her data back: the row is left for her hours, and names nobody

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "sort_key"], name="volunteer_list"),
            models.Index(fields=["sort_key", "id"], name="volunteer_sort"),
            models.Index(fields=["phone_index"], name="volunteer_phone"),
            models.Index(fields=["identity_index"], name="volunteer_identity"),
            models.Index(
                fields=["name_initials"],
                name="volunteer_initials",
                opclasses=["varchar_pattern_ops"],
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "identity_index"], name="one_person_an_organisation"
            ),
            models.CheckConstraint(
                condition=Q(every_weeks=1) | Q(every_weeks__gt=1, weeks_from__isnull=False),
                name="volunteer_weeks",
            ),
        ]

    @property
    def is_active(self) -> bool:
        """Whether she may be asked, and may pick."""
        return self.state == self.State.ACTIVE

    def __str__(self) -> str:
        return self.name


class Application(models.Model):
    """A person who registered herself, and what a coordinator answered her."""

    volunteer = models.OneToOneField(
        Volunteer, on_delete=models.CASCADE, related_name="application"
    )
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)  # of a no; she reads it

    class Meta:
        indexes = [
            models.Index(
                fields=["made_at"],
                name="application_open",
                condition=Q(answered_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"application of {self.volunteer_id}"


class GuardianConsent(SealedModel):
    """A guardian's yes to a volunteer under age, shown by a code that came to the guardian's own
    telephone. Nobody's consent is put in here by anybody else."""

    volunteer = models.OneToOneField(
        Volunteer, on_delete=models.CASCADE, related_name="guardian_consent"
    )
    name = SealedField()
    phone = SealedField()
    text_version = models.CharField(max_length=12)  # which text was shown
    asked_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    @property
    def stands(self) -> bool:
        return self.given_at is not None and self.withdrawn_at is None

    def __str__(self) -> str:
        return f"guardian of {self.volunteer_id}"


class Pause(models.Model):
    """A pause that somebody else than herself made: who, why, and that she asks for its end. One
    that she makes herself is her state alone, and needs no reason."""

    class Because(models.TextChoices):
        GUARDIAN = "guardian", "监护人撤回了同意"

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="pauses")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()
    why = models.CharField(max_length=200)  # she reads it; "" where `because` says it
    because = models.CharField(
        max_length=8, choices=Because.choices, blank=True, default="", db_default=""
    )  # of what made it, where nobody wrote a reason: words.standing says it
    asked_at = models.DateTimeField(null=True, blank=True)
    asked = models.CharField(max_length=200, blank=True)  # what she says to it
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer"], condition=Q(ended_at__isnull=True), name="one_open_pause"
            )
        ]
        indexes = [
            models.Index(fields=["asked_at"], name="pause_open", condition=Q(ended_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"pause of {self.volunteer_id}"


class CredentialEnd(models.TextChoices):
    """How a credential ended before its time."""

    NOT = "", ""
    BY_HAND = "by_hand", "有人提前结束了"
    TAKEN_BACK = "taken_back", "培训的到场更正了，收回了"
    AS_BEFORE = "as_before", "培训的到场更正了，照原来的算"


class VolunteerCredential(models.Model):
    """A certificate that a person has checked. Gates an assignment on the date of service."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="credentials")
    kind = models.ForeignKey(CredentialKind, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40, blank=True)
    issuer = models.CharField(max_length=60, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(
        null=True, blank=True
    )  # the last valid day; null: does not expire
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(null=True)
    ended_because = models.CharField(
        max_length=200, blank=True, default="", db_default=""
    )  # it was ended early; she reads it
    taken_back = models.BooleanField(
        default=False, db_default=False
    )  # by the correction of a training's attendance; else a person ended it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["volunteer", "kind"], name="one_credential")]
        indexes = [models.Index(fields=["valid_until"], name="credential_expiry")]

    @property
    def was_never_held(self) -> bool:
        """A training gave it, and it turned out that she was not there."""
        ends = self.valid_until
        return self.taken_back and ends is not None and ends < self.valid_from

    @property
    def how_it_ended(self) -> CredentialEnd:
        """Before its time: what `ended_because` is the reason for."""
        if not self.ended_because:
            return CredentialEnd.NOT
        if self.was_never_held:
            return CredentialEnd.TAKEN_BACK
        if self.taken_back:
            return CredentialEnd.AS_BEFORE
        return CredentialEnd.BY_HAND

    def __str__(self) -> str:
        return f"{self.kind_id} until {self.valid_until}"


class HandInState(models.TextChoices):
    WAITING = "waiting", "等核对"
    ACCEPTED = "accepted", "核对过了"
    RETURNED = "returned", "退回了"


class HandIn(models.Model):
    """A certificate as a volunteer shows it, until a coordinator has compared it with its evidence.

    What she holds meanwhile stays: only an accepted one becomes a VolunteerCredential.
    """

    State = HandInState

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="hand_ins")
    kind = models.ForeignKey(CredentialKind, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40, blank=True)
    issuer = models.CharField(max_length=60, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=HandInState.choices, default=HandInState.WAITING)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)  # of a return; she reads it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "kind"],
                condition=Q(state=HandInState.WAITING),
                name="one_hand_in_waits",
            )
        ]
        indexes = [
            models.Index(
                fields=["made_at", "id"],
                name="hand_in_waits",
                condition=Q(state=HandInState.WAITING),
            ),
            models.Index(fields=["answered_at"], name="hand_in_answered"),
        ]

    def __str__(self) -> str:
        return f"hand-in {self.pk} {self.state}"


class EvidencePage(SealedModel):
    """One page of what she handed in, as a picture made anew (`common/evidence`). Goes some weeks
    after the answer: it has served its purpose."""

    hand_in = models.ForeignKey(HandIn, on_delete=models.CASCADE, related_name="pages")
    position = models.PositiveSmallIntegerField()
    picture = SealedBytesField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hand_in", "position"], name="one_evidence_page")
        ]

    def __str__(self) -> str:
        return f"page {self.position} of hand-in {self.hand_in_id}"


class VettingCheck(models.Model):
    """未成年人保护法 art. 62: asked of the authority each year. The result only, never the
    record."""

    class Result(models.TextChoices):
        PENDING = "pending", "查询中"
        CLEAR = "clear", "通过"
        BLOCKED = "blocked", "不通过"

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="vettings")
    consent_at = models.DateTimeField()
    requested_at = models.DateTimeField()
    authority = models.CharField(max_length=60)
    result = models.CharField(max_length=8, choices=Result.choices, default=Result.PENDING)
    valid_until = models.DateField(null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["volunteer", "-requested_at"], name="vetting_latest")]

    def __str__(self) -> str:
        return self.result


class Availability(models.Model):
    """A weekly span in which she is free: minutes of the day, half-open."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="availability")
    weekday = models.PositiveSmallIntegerField(choices=WEEKDAYS, validators=[MaxValueValidator(6)])
    start = models.PositiveSmallIntegerField()
    end = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(start__lt=F("end"), end__lte=1440, weekday__lte=6),
                name="availability_span",
            )
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.start}-{self.end}"


class TimeOff(models.Model):
    """Days away, both ends included."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="time_off")
    from_date = models.DateField()
    to_date = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(from_date__lte=F("to_date")), name="time_off_span")
        ]

    def __str__(self) -> str:
        return f"{self.from_date} – {self.to_date}"


class Wish(models.Model):
    """How much she likes a programme: -3 (rather not) … 3 (gladly)."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="wishes")
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    liking = models.SmallIntegerField(validators=[MinValueValidator(-3), MaxValueValidator(3)])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "programme"], name="one_wish"),
            models.CheckConstraint(condition=Q(liking__range=(-3, 3)), name="wish_range"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.liking}"


class Apart(models.Model):
    """Two volunteers who are never put into the same session; the reason stays with the
    coordinator."""

    first = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_apart"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="apart_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} / {self.second_id}"


class Friendship(SealedModel):
    """A volunteer would like to serve with another one, whom she names by a telephone number. It
    counts once the other has agreed, and either ends it. Whether anybody has the number is told to
    nobody: only who shows to hold it sees the question."""

    asked_by = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="friends_asked")
    friend = models.ForeignKey(
        Volunteer, null=True, on_delete=models.CASCADE, related_name="friends_agreed"
    )  # null: nobody has agreed
    phone = SealedField()
    phone_index = models.BinaryField()
    asked_at = models.DateTimeField()
    until = models.DateTimeField()  # nobody agrees after
    agreed_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)  # is not told to who asked
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["phone_index"],
                name="friendship_open",
                condition=Q(agreed_at=None, ended_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"friendship {self.pk}"


class TeamRequest(models.Model):
    """She asks to join a team; whoever coordinates it says yes or no."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="team_requests")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="requests")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "team"],
                condition=Q(answered_at__isnull=True),
                name="one_open_team_request",
            )
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} for team {self.team_id}"


class Remark(SealedModel):
    """What a coordinator wrote down about a volunteer for her colleagues. The volunteer may ask to
    read it, so it says what she would say to her."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="remarks")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    text = SealedField()

    class Meta:
        indexes = [models.Index(fields=["volunteer", "-at"], name="remark_volunteer")]

    def __str__(self) -> str:
        return f"remark {self.pk}"


class AgreementVersion(models.Model):
    """What volunteers of an organisation, and of those below it that have none of their own, agree
    to: one version of the text, from a day on.

    The database refuses UPDATE, DELETE and TRUNCATE: what somebody agreed to stays as it was.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="agreement_versions"
    )
    number = models.PositiveSmallIntegerField()  # 1, 2, 3 … of this organisation
    text = models.TextField()
    from_on = models.DateField()
    published_at = models.DateTimeField()
    published_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="one_agreement_version")
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.organisation_id}"


class Agreement(models.Model):
    """She agreed to a version. Append-only, as the versions are; the row of an applicant who was
    made one with an older registration stays beside the one that the registration has."""

    class How(models.TextChoices):
        PAGE = "page", "在网页上"
        PAPER = "paper", "纸面签字"

    volunteer = models.ForeignKey(
        Volunteer, on_delete=models.DO_NOTHING, db_constraint=False, related_name="agreements"
    )
    version = models.ForeignKey(
        AgreementVersion, on_delete=models.PROTECT, related_name="agreements"
    )
    how = models.CharField(max_length=5, choices=How.choices)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)  # who wrote it down

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "version"], name="one_agreement")
        ]

    @property
    def on_paper(self) -> bool:
        return self.how == self.How.PAPER

    def __str__(self) -> str:
        return f"{self.volunteer_id} to {self.version_id}"
