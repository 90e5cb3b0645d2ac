"""A child's month of birth is put right: a visit for which it is too old ends with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from backend.accounts.models import User
from backend.bookings import operations as bookings
from backend.bookings.models import Booking
from backend.common.clock import local_day
from backend.common.locking import lock_one, operation
from backend.families.models import Family
from backend.families.policy import is_served_age
from backend.visits.models import VisitRequest
from backend.visits.operations.ending import end_row, newest_visit
from backend.visits.states import LIVE_VISITS, VisitEnd


@operation
def correct_child(
    *, family_id: int, child_id: int, actor: User | None, now: datetime, **said: Any
) -> list[Booking]:
    """As bookings.operations.correct_child_and_seats(), which is handed what was `said`; a wish
    for a visit is for a child that we serve, and ends with the seats of the visit that was made of
    it."""
    family = lock_one(Family, family_id)
    left = bookings.correct_child_and_seats(
        family_id=family_id, child_id=child_id, actor=actor, now=now, **said
    )
    served = is_served_age(family.children.get(pk=child_id).birth_month, local_day(now))
    gone = {booking.session_id for booking in left}
    rows = VisitRequest.objects.filter(family=family, child=child_id, state__in=LIVE_VISITS)
    for row in rows.order_by("pk"):
        row.family = family
        lost = row.is_planned and _is_over_for(row, gone)
        if lost or (not row.is_planned and not served):
            end_row(row, VisitEnd.AGE, actor, now)
    return left


def _is_over_for(row: VisitRequest, gone: set[int]) -> bool:
    visit = newest_visit(row)
    return visit is not None and visit.session_id in gone
