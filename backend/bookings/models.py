"""A family's seats in a session, and the waiting line."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.bookings.states import ANSWERABLE, HAS_SEAT, HOLDS_SEATS, LIVE, BookingState
from backend.families.models import Child, Family, Request
from backend.rota.models import Session

__all__ = ["ANSWERABLE", "HAS_SEAT", "HOLDS_SEATS", "LIVE", "Booking"]


class Booking(models.Model):
    """waiting → offered → confirmed → attended | absent; cancelled or expired at any step before.

    confirmed → asked when the session is moved: the seats stay hers until she has said whether she
    still comes. Seats are children.
    """

    State = BookingState

    class EndReason(models.TextChoices):
        """Why it ended, where the family did not end it herself."""

        HERSELF = "", ""
        CONSENT = "consent", "同意书撤回了"
        AGE = "age", "改了出生年月，月龄不合适"
        SILENCE = "silence", "过了回复的时间"
        BEGUN = "begun", "没等到位子"
        CALLED_OFF = "called_off", "活动取消了"
        OFF_WAITING = "off_waiting", "还没有位子，活动取消了"
        REPLANNED = "replanned", "排班改了"

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="bookings")
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="bookings")
    children = models.ManyToManyField(Child, related_name="+")
    request = models.ForeignKey(
        Request, null=True, blank=True, on_delete=models.SET_NULL, related_name="bookings"
    )  # the solver seated it
    moved_from = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="moved_to"
    )  # the booking that the family exchanged for this one; in her calendar they are one
    seats = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices)
    code = models.CharField(max_length=8, blank=True)  # spoken at the door when the phone is empty
    answer_by = models.DateTimeField(
        null=True, blank=True
    )  # for an offered seat, or one of a session that was moved
    changed_from = models.JSONField(
        null=True, blank=True
    )  # what the family agreed to, when the session has been changed since: rota.agreed.Agreed
    stays = models.BooleanField(
        null=True, blank=True
    )  # asked because the class has no minder: whether the family comes all the same
    reopened = models.BooleanField(
        default=False, db_default=False
    )  # the class had been called off, and takes place after all: she had a seat, and is asked
    left_for_age = models.ManyToManyField(
        Child, related_name="+"
    )  # its brothers and sisters stay: told once the class is for its age again
    made_at = models.DateTimeField()  # also the place in the waiting line
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(
        max_length=12, choices=EndReason.choices, blank=True, default="", db_default=""
    )

    class Meta:
        indexes = [
            models.Index(fields=["session", "state", "made_at", "id"], name="booking_line"),
            models.Index(fields=["family", "state"], name="booking_family"),
            models.Index(
                fields=["answer_by"], name="booking_due", condition=Q(state__in=ANSWERABLE)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "family"], condition=Q(state__in=LIVE), name="one_live_booking"
            ),
            models.CheckConstraint(condition=Q(seats__gte=1), name="booking_seats"),
            models.CheckConstraint(
                condition=~Q(state__in=ANSWERABLE) | Q(answer_by__isnull=False),
                name="booking_offer_has_deadline",
            ),
        ]

    def __str__(self) -> str:
        return f"booking {self.pk} {self.state}"
