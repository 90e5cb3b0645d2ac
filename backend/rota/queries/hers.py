"""A volunteer's own offers and assignments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from backend.common.clock import LOCAL, minute_of
from backend.common.kept import SOME_TIME, Kept
from backend.rota.models import Assignment, Notice, Offer
from backend.volunteers.models import Volunteer

WITH = ("shift__role", "session__venue", "session__programme")


@dataclass(frozen=True)
class Month:
    """Services of the calendar month: over, and still to come or under way."""

    number: int
    done: int
    coming: int

    @property
    def total(self) -> int:
        return self.done + self.coming


_OFFERS = Kept(
    lambda volunteer, now: (
        Offer.objects.filter(volunteer=volunteer, state="pending", answer_by__gt=now)
        .select_related(*WITH)
        .order_by("answer_by", "session__starts_at", "pk")
    ),
    0,
    SOME_TIME,
)
_NOTICES = Kept(
    lambda volunteer: (
        Notice.objects.filter(volunteer=volunteer, seen_at=None)
        .select_related("session__venue")
        .order_by("-made_at", "-pk")
    ),
    0,
)
_ENDS = Kept(
    lambda volunteer, first, after: Assignment.objects.filter(
        volunteer=volunteer,
        state__in=("active", "done"),
        start_minute__gte=first,
        start_minute__lt=after,
    ).values("end_minute"),
    0,
    0,
    0,
)


def offers_of(volunteer: Volunteer, now: datetime) -> list[Offer]:
    """What waits for her answer, the nearest deadline first."""
    return _OFFERS(volunteer.pk, now)


def notices_of(volunteer: Volunteer) -> list[Notice]:
    """What she has not seen yet, the newest first."""
    return _NOTICES(volunteer.pk)


def assignments_of(volunteer: Volunteer) -> QuerySet[Assignment]:
    """Everything that she has or had, with what a card shows; not what became a new question when
    its session changed, nor what was a slip of the finger."""
    rows = Assignment.objects.filter(volunteer=volunteer).exclude(state__in=("moved", "lapsed"))
    return rows.select_related(*WITH)


def month_of(volunteer: Volunteer, now: datetime) -> Month:
    first = now.astimezone(LOCAL).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    ends = [
        row["end_minute"] or 0 for row in _ENDS(volunteer.pk, minute_of(first), minute_of(after))
    ]  # none is without a time
    done = sum(end <= minute_of(now) for end in ends)
    return Month(first.month, done, len(ends) - done)
