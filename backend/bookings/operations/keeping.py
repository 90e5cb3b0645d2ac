"""Seats that are kept for one family, because a session was made for it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from backend.accounts.models import User
from backend.bookings.admission import broken_rules
from backend.bookings.events import record_offered
from backend.bookings.models import Booking
from backend.bookings.operations.gate import (
    RulesBroken,
    children_of,
    live_bookings,
    refuse_without_consent,
)
from backend.bookings.operations.line import enter
from backend.bookings.policy import last_word_by
from backend.bookings.queries import avoided_people
from backend.common.locking import lock_one, operation
from backend.families.models import Family
from backend.rota.models import Session


@operation
def keep_seats(
    *,
    family_id: int,
    session_id: int,
    child_ids: Collection[int],
    actor: User | None,
    now: datetime,
) -> Booking:
    """Seats in a session that is reserved for this family, hers until she has answered; whoever
    looks after the children is found meanwhile, so how many fit is not asked.

    Raises NotYourChild, ConsentMissing, RulesBroken (age, another one of hers at that time, whom
    she never meets).
    """
    family = lock_one(Family, family_id)
    session = lock_one(Session, session_id)
    children = children_of(family, child_ids)
    refuse_without_consent(children)
    beside = [booking.session for booking in live_bookings(family)]
    avoided = avoided_people([family.pk], [session.pk]).get((family.pk, session.pk), ())
    violations = broken_rules(
        family, children, session, beside=beside, avoided=avoided, named=bool(session.group)
    )
    if violations:
        raise RulesBroken(session=session.pk, violations=violations)
    booking = enter(family, session, children, Booking.State.CONFIRMED, now)
    booking.state = Booking.State.OFFERED
    booking.answer_by = last_word_by(session, now)
    booking.save(update_fields=["state", "answer_by"])
    record_offered([session], [booking], actor=actor, now=now)
    return booking
