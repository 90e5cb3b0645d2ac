"""She is away: what she had promised for those days is given back at once, when she says so."""

from __future__ import annotations

from datetime import date, datetime

from backend.accounts.models import User
from backend.common.locking import hold, hold_one, operation
from backend.rota.models import Session, Shift
from backend.rota.operations.answering import decline_offer
from backend.rota.operations.taking import withdraw_assignment
from backend.rota.queries.hers import promised_between
from backend.volunteers.models import Volunteer


@operation
def give_back_days(
    *, volunteer_id: int, first: date, last: date, actor: User | None, now: datetime
) -> int:
    """Give back every place that she has, and say no to every question that waits for her, on these
    days (both included) in what has not begun; how many there were.

    Repeating changes nothing.
    """
    hold_one(Volunteer, volunteer_id)
    assignments, offers = promised_between(volunteer_id, first, last, now)
    places = [(a.session_id, a.shift_id) for a in assignments]
    places += [(o.session_id, o.shift_id) for o in offers]
    hold(Session, {session for session, _ in places})
    hold(Shift, {shift for _, shift in places})
    for assignment in assignments:
        withdraw_assignment(assignment_id=assignment.pk, actor=actor, now=now)
    for offer in offers:
        decline_offer(offer_id=offer.pk, actor=actor, now=now)
    return len(places)
