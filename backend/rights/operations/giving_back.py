"""All that somebody has ahead of her is given back, so that others are asked."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.common.locking import hold
from backend.rota.models import Assignment, Offer, Session, Shift
from backend.rota.operations import decline_offer, withdraw_assignment
from backend.rota.policy import not_begun
from backend.volunteers.models import Volunteer


def give_back_all(her: Volunteer, actor: User | None, now: datetime) -> int:
    """What has not begun, and what has no time; how many places. Where she is just now stays:
    somebody saw her."""
    ahead = not_begun(now, "session__")
    taken = list(Assignment.objects.filter(ahead, volunteer=her, state=Assignment.State.ACTIVE))
    asked = list(Offer.objects.filter(ahead, volunteer=her, state=Offer.State.PENDING))
    places = {(row.session_id, row.shift_id) for row in taken}
    places |= {(row.session_id, row.shift_id) for row in asked}
    hold(Session, {session for session, _ in places})
    hold(Shift, {shift for _, shift in places})
    for assignment in taken:
        withdraw_assignment(assignment_id=assignment.pk, actor=actor, now=now)
    for offer in asked:
        decline_offer(offer_id=offer.pk, actor=actor, now=now)
    return len(taken)
