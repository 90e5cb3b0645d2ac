"""A volunteer's own offers and assignments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet

from backend.common.clock import LOCAL, local_midnight, minute_of
from backend.common.prepared import SOME_TIME, Prepared
from backend.rota.models import Assignment, Notice, Offer, Session, Shift
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


_OFFERS = Prepared(
    lambda volunteer, now: (
        Offer.objects.filter(volunteer=volunteer, state=Offer.State.PENDING, answer_by__gt=now)
        .select_related(*WITH, "session__rota")
        .order_by("answer_by", "session__starts_at", "pk")
    ),
    0,
    SOME_TIME,
)
_NOTICES = Prepared(
    lambda volunteer: (
        Notice.objects.filter(volunteer=volunteer, seen_at=None)
        .select_related("session__venue")
        .order_by("-made_at", "-pk")
    ),
    0,
)
_ENDS = Prepared(
    lambda volunteer, first, after: Assignment.objects.filter(
        volunteer=volunteer,
        state__in=(Assignment.State.ACTIVE, Assignment.State.DONE),
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


def promised_between(
    volunteer_id: int, first: date, last: date, now: datetime
) -> tuple[list[Assignment], list[Offer]]:
    """What she has promised, and what she is asked, on these days (both included), of what has not
    begun; the earliest first. Two statements."""
    begins = max(now, local_midnight(first))
    ends = local_midnight(last + timedelta(days=1))
    hers = {
        "volunteer": volunteer_id,
        "session__starts_at__gt": begins,
        "session__starts_at__lt": ends,
    }
    order = ("session__starts_at", "pk")
    taken = Assignment.objects.filter(**hers, state=Assignment.State.ACTIVE).select_related(*WITH)
    asked = Offer.objects.filter(**hers, state=Offer.State.PENDING).select_related(*WITH)
    return list(taken.order_by(*order)), list(asked.order_by(*order))


def refused_by(volunteer: Volunteer, now: datetime) -> list[Shift]:
    """Shifts that she said no to or gave back, of sessions that are open and have a place: she may
    change her mind. The earliest first."""
    no = Q(offers__volunteer=volunteer, offers__state=Offer.State.DECLINED) | Q(
        assignments__volunteer=volunteer, assignments__state=Assignment.State.WITHDRAWN
    )
    hers = Q(
        session__assignments__volunteer=volunteer,
        session__assignments__state=Assignment.State.ACTIVE,
    ) | Q(session__offers__volunteer=volunteer, session__offers__state=Offer.State.PENDING)
    back = Shift.objects.filter(hers, session__starts_at__gt=now).values("session")
    free = Q(target__gt=F("taken") + F("held"))
    shifts = Shift.objects.filter(
        no & free, session__state=Session.State.OPEN, session__starts_at__gt=now
    )
    return list(
        shifts.exclude(session__in=back)
        .select_related("role", "session__venue", "session__programme")
        .order_by("session__starts_at", "pk")
        .distinct()
    )


def notices_of(volunteer: Volunteer) -> list[Notice]:
    """What she has not seen yet, the newest first."""
    return _NOTICES(volunteer.pk)


def assignments_of(volunteer: Volunteer) -> QuerySet[Assignment]:
    """Everything that she has or had, with what a card shows; not what became a new question when
    its session changed, nor what was a slip of the finger."""
    rows = Assignment.objects.filter(volunteer=volunteer).exclude(
        state__in=(Assignment.State.MOVED, Assignment.State.LAPSED)
    )
    return rows.select_related(*WITH)


def month_of(volunteer: Volunteer, now: datetime) -> Month:
    first = now.astimezone(LOCAL).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    ends = [
        row["end_minute"] or 0 for row in _ENDS(volunteer.pk, minute_of(first), minute_of(after))
    ]  # none is without a time
    done = sum(end <= minute_of(now) for end in ends)
    return Month(first.month, done, len(ends) - done)
