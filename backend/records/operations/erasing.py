"""A guardian takes her family's data back.

Bookings to come are given up first, so that the seats go along the line; figures stay.
"""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.bookings.models import LIVE, Booking
from backend.bookings.operations import cancel_booking, cancel_bookings_of_family
from backend.common.locking import lock, lock_one, operation
from backend.families.models import Family
from backend.families.operations import NotHerChild, erase_registration, remove_child
from backend.rota.models import Session


@operation
def erase_family(*, family_id: int, actor: User | None, now: datetime) -> None:
    """Cancel what is booked and erase everything personal of the family.

    Repeating it is nothing.
    """
    cancel_bookings_of_family(family_id=family_id, actor=actor, now=now)
    erase_registration(family_id=family_id, actor=actor, now=now)


@operation
def erase_child(*, family_id: int, child_id: int, actor: User | None, now: datetime) -> None:
    """Cancel the bookings that this child is part of and erase the child. Raises NotHerChild."""
    family = lock_one(Family, family_id)
    if not family.children.filter(pk=child_id).exists():
        raise NotHerChild(child=child_id)
    mine = Booking.objects.filter(
        family=family, state__in=LIVE, children=child_id, session__starts_at__gt=now
    ).order_by("session_id")
    lock(Session, mine.values_list("session_id", flat=True))
    for booking in list(mine):
        cancel_booking(booking_id=booking.pk, actor=actor, now=now)
    remove_child(family_id=family_id, child_id=child_id, actor=actor, now=now)
