"""What is to happen: a rota of one organisation in one period, its sessions, their shifts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from backend.organisations.models import Organisation
from backend.places.models import Venue
from backend.programmes.models import Engagement, Programme, Role
from backend.rota.states import AtHome, RotaKind, RotaState, SessionState


class Rota(models.Model):
    """The sessions of one organisation in whole weeks from a Monday: draft → published → closed."""

    State = RotaState
    Kind = RotaKind

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="rotas")
    kind = models.CharField(
        max_length=8, choices=Kind.choices, default=Kind.ORDINARY, db_default=Kind.ORDINARY
    )
    name = models.CharField(max_length=60)
    starts_on = models.DateField()
    weeks = models.PositiveSmallIntegerField(default=4)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=0)  # rises with each publication
    published_at = models.DateTimeField(null=True, blank=True)
    # What a plan of it looks to (rota.aims): a preset of `matching`, and how much of one person's
    # time it should not ask for where that can be helped; null: as she said herself.
    preset = models.CharField(max_length=10, default="usual", db_default="usual")
    per_week = models.PositiveSmallIntegerField(null=True, blank=True)
    weekends = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-starts_on"], name="rota_list")]
        constraints = [models.CheckConstraint(condition=Q(weeks__range=(1, 12)), name="rota_weeks")]

    @property
    def ends_on(self) -> date:
        """The first day after the rota."""
        return self.starts_on + timedelta(weeks=self.weeks)

    @property
    def is_published(self) -> bool:
        return self.state == RotaState.PUBLISHED

    @property
    def is_draft(self) -> bool:
        return self.state == RotaState.DRAFT

    def __str__(self) -> str:
        return self.name


class SessionSeries(models.Model):
    """Sessions of one rota that were written down together, one a week: each is a session like any
    other, and what is changed of one can be changed of the others with it."""

    rota = models.ForeignKey(Rota, on_delete=models.PROTECT, related_name="series")

    def __str__(self) -> str:
        return f"series {self.pk}"


class Session(models.Model):
    """One activity at a place and time; without a time it is open-ended (a pairing, a case).

    `staff` (assigned and offered people whose role carries seats) and `seats_taken` (confirmed and
    offered seats) are counters that operations keep under this row's lock; the constraints refuse
    what an operation got wrong. How many seats that makes is `rota.policy.capacity`.
    """

    State = SessionState

    rota = models.ForeignKey(Rota, on_delete=models.PROTECT, related_name="sessions")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="+")
    organisers = models.ManyToManyField(
        Organisation, related_name="sessions", blank=True
    )  # 五联: several may run it jointly
    title = models.CharField(max_length=60)
    venue = models.ForeignKey(
        Venue, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions"
    )  # null: at a family's home
    latitude = models.FloatField()
    longitude = models.FloatField()
    county_code = models.CharField(max_length=6)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    required = models.BooleanField(
        default=True
    )  # takes place whatever the staffing; else only when it can be staffed and filled
    seats_min = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # all three null: no families come
    seats_max = models.PositiveSmallIntegerField(null=True, blank=True)
    seats_per_volunteer = models.PositiveSmallIntegerField(null=True, blank=True)
    seats_taken = models.PositiveSmallIntegerField(default=0)
    months_low = models.PositiveSmallIntegerField(null=True, blank=True)
    months_high = models.PositiveSmallIntegerField(null=True, blank=True)
    group = models.CharField(
        max_length=40, blank=True
    )  # alternatives: at most one of a group takes place
    group_extra = models.PositiveSmallIntegerField(
        default=0
    )  # how much less the family likes this alternative
    home = models.CharField(
        max_length=9, choices=AtHome.choices, blank=True, default="", db_default=""
    )  # reserved for one family, at whose home it is
    risk_note = models.CharField(max_length=200, blank=True)
    staff = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    cancelled_because = models.CharField(
        max_length=200, blank=True, default="", db_default=""
    )  # told to everybody who was to come: words of a coordinator, or one of OffBecause
    version = models.PositiveIntegerField(
        default=1
    )  # rises with each change; a stale edit is refused
    series = models.ForeignKey(
        SessionSeries, null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions"
    )
    # what a change of this one alone gave it (rota.operations.series): a change of its series
    # leaves that as it is; null is nothing
    own = ArrayField(models.CharField(max_length=12), null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["rota", "starts_at"], name="session_rota"),
            models.Index(fields=["rota", "county_code", "starts_at"], name="session_county"),
            models.Index(fields=["state", "starts_at"], name="session_open"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True)
                | Q(starts_at__lt=F("ends_at")),
                name="session_span",
            ),
            models.CheckConstraint(
                condition=Q(seats_max__isnull=True, seats_taken=0)
                | Q(seats_taken__lte=F("seats_max")),
                name="session_not_oversold",
            ),
            models.CheckConstraint(
                condition=Q(
                    seats_min__isnull=True, seats_max__isnull=True, seats_per_volunteer__isnull=True
                )
                | Q(
                    seats_min__lte=F("seats_max"),
                    seats_per_volunteer__gte=1,
                    months_low__lte=F("months_high"),
                ),
                name="session_seats",
            ),
        ]

    @property
    def months(self) -> tuple[int, int] | None:
        """The youngest and the oldest that it is for; None where no children come."""
        if self.months_low is None or self.months_high is None:
            return None
        return self.months_low, self.months_high

    @property
    def open_ended(self) -> bool:
        return self.starts_at is None

    @property
    def is_cancelled(self) -> bool:
        return self.state == SessionState.CANCELLED

    def __str__(self) -> str:
        return self.title


class Shift(models.Model):
    """A role in a session with a head-count: `minimum` makes it work, `target` is what one would
    like.

    `taken` counts active assignments, `held` pending offers; a place is free when taken + held <
    target. A target of 0: the role is not wanted any more, and what people said there is kept.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="shifts")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    minimum = models.PositiveSmallIntegerField()
    target = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    held = models.PositiveSmallIntegerField(default=0)
    # its role's, as it was when this was made; the version before, which runs beside this one
    # during an upgrade, does not name it
    carries_seats = models.BooleanField(default=True, db_default=True)
    requires: list[
        dict[str, Any]
    ]  # of its role; there only when read through snapshot.sessions.with_requirements

    class Meta:
        indexes = [models.Index(fields=["session"], name="shift_session")]
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum__lte=F("target"), target__gte=0), name="shift_head_count"
            ),
            models.CheckConstraint(
                condition=Q(target__gte=F("taken") + F("held")), name="shift_not_oversold"
            ),
        ]

    @classmethod
    def of(cls, session: Session, role: Role, **heads: int) -> Shift:
        """An unsaved shift of this role, with what the role says about seats."""
        return cls(session=session, role=role, carries_seats=role.carries_seats, **heads)

    @property
    def free(self) -> int:
        return self.target - self.taken - self.held

    def __str__(self) -> str:
        return f"{self.session_id}.{self.role_id}"
