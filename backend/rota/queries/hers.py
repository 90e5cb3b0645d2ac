"""A volunteer's own offers and assignments."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from backend.common.clock import LOCAL, minute_of
from backend.rota.models import Assignment, Offer
from backend.volunteers.models import Volunteer

WITH = ("shift__role", "session__venue", "session__programme")


@dataclass(frozen=True)
class Month:
    """Services of the calendar month: done (or begun), and still to come."""

    number: int
    done: int
    coming: int

    @property
    def total(self) -> int:
        return self.done + self.coming


def offers_of(volunteer: Volunteer, now: datetime) -> QuerySet[Offer]:
    """What waits for her answer, the nearest deadline first."""
    waiting = Offer.objects.filter(volunteer=volunteer, state="pending", answer_by__gt=now)
    return waiting.select_related(*WITH).order_by("answer_by", "session__starts_at", "pk")


def assignments_of(volunteer: Volunteer) -> QuerySet[Assignment]:
    """Everything that she has or had, with what a card shows."""
    return Assignment.objects.filter(volunteer=volunteer).select_related(*WITH)


def month_of(volunteer: Volunteer, now: datetime) -> Month:
    first = now.astimezone(LOCAL).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    held = Assignment.objects.filter(
        volunteer=volunteer, state__in=("active", "done"), start_minute__gte=minute_of(first), start_minute__lt=minute_of(after)
    )
    begun = Q(start_minute__lte=minute_of(now))
    counts = held.aggregate(done=Count("pk", filter=begun), coming=Count("pk", filter=~begun))
    return Month(first.month, counts["done"], counts["coming"])
