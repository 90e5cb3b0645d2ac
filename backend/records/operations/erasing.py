"""A guardian takes her family's data back.

Bookings to come are given up first, so that the seats go along the line; figures stay.
"""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.bookings.operations import cancel_bookings_of_family, leave_bookings
from backend.common.locking import lock_one, operation
from backend.families.models import Family
from backend.families.operations import NotHerChild, erase_registration, remove_child


@operation
def erase_family(*, family_id: int, actor: User | None, now: datetime) -> None:
    """Cancel what is booked and erase everything personal of the family.

    Repeating it is nothing.
    """
    cancel_bookings_of_family(family_id=family_id, actor=actor, now=now)
    erase_registration(family_id=family_id, actor=actor, now=now)


@operation
def erase_child(*, family_id: int, child_id: int, actor: User | None, now: datetime) -> None:
    """The child leaves what it was still to come to, and is erased; its brothers and sisters keep
    their seats. Raises NotHerChild."""
    family = lock_one(Family, family_id)
    if not family.children.filter(pk=child_id).exists():
        raise NotHerChild(child=child_id)
    leave_bookings(family_id=family_id, child_id=child_id, actor=actor, now=now)
    remove_child(family_id=family_id, child_id=child_id, actor=actor, now=now)
