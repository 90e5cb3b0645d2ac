"""The words for how far a booking is, and the sets of them that mean one thing; apart from the
model, as the rota's are."""

from __future__ import annotations

from django.db import models


class BookingState(models.TextChoices):
    WAITING = "waiting", "候补"
    OFFERED = "offered", "有位子了"
    CONFIRMED = "confirmed", "约好了"
    ASKED = "asked", "改了，等你回复"
    CANCELLED = "cancelled", "已取消"
    EXPIRED = "expired", "过期"
    ATTENDED = "attended", "来过"
    ABSENT = "absent", "没来"


SEATED = (BookingState.OFFERED, BookingState.CONFIRMED, BookingState.ASKED)  # and yet to come
HAS_SEAT = (BookingState.CONFIRMED, BookingState.ASKED)  # a family that has said yes to one
MAY_COME = (*HAS_SEAT, BookingState.ATTENDED, BookingState.ABSENT)  # on the day, and after it
HOLDS_SEATS = (*SEATED, BookingState.ATTENDED)
LIVE = (BookingState.WAITING, *SEATED)
# The family is to say yes or no until `answer_by`.
ANSWERABLE = (BookingState.OFFERED, BookingState.ASKED)
