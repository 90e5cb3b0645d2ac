"""Somebody's part in a session, as whoever changes it by hand looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.common.clock import local_day, local_midnight
from backend.rota.models import Assignment, Offer, Session
from backend.rota.policy import capacity_with, deadline

NEAR = timedelta(days=7)  # around the session: with whom she may exchange her place
SHOWN = 60
OF_PART = ("volunteer__street", "shift__role", "session__venue")


@dataclass(frozen=True)
class HerPart:
    """`row`: her place, or the question that waits for her. `later`: until when she could answer if
    she were asked now, where that is later than it is. `fits`: the children who could be looked
    after without her, where fewer than have seats."""

    row: Assignment | Offer
    later: datetime | None
    fits: int | None

    @property
    def has_place(self) -> bool:
        return isinstance(self.row, Assignment)


def part_of(session: Session, volunteer: int, now: datetime) -> HerPart | None:
    """None when she has no place and no question there. At most two statements."""
    hers = {"session": session, "volunteer": volunteer}
    places = Assignment.objects.filter(**hers, state=Assignment.State.ACTIVE)
    place = places.select_related(*OF_PART).first()
    if place:
        return HerPart(place, None, _fits_without(session, place))
    offers = Offer.objects.filter(**hers, state=Offer.State.PENDING)
    offer = offers.select_related(*OF_PART).first()
    if offer is None:
        return None
    by = deadline(session, now)
    later = by if by and by > offer.answer_by else None
    return HerPart(offer, later, _fits_without(session, offer))


def _fits_without(session: Session, row: Assignment | Offer) -> int | None:
    fits = capacity_with(session, session.staff - row.shift.carries_seats)
    return fits if fits < session.seats_taken else None


def to_swap_with(session: Session, place: Assignment) -> list[Assignment]:
    """Places of others in the rota that she might exchange hers for: of the days around, the
    earliest first. One statement."""
    rows = Assignment.objects.filter(
        session__rota=session.rota_id,
        session__programme=session.programme_id,
        session__state=Session.State.OPEN,
        state=Assignment.State.ACTIVE,
    ).exclude(volunteer=place.volunteer_id)
    if session.starts_at:
        day = local_midnight(local_day(session.starts_at))
        rows = rows.filter(session__starts_at__range=(day - NEAR, day + NEAR))
    ordered = rows.select_related(*OF_PART).order_by("session__starts_at", "pk")
    return list(ordered[:SHOWN])
