"""A guardian takes her family's data back.

Bookings to come are given up first, so that the seats go along the line; figures stay.
"""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.bookings.operations import cancel_bookings_of_family, leave_bookings
from backend.common.locking import hold_one, lock_one, operation
from backend.families.models import Child, Family, Guardian
from backend.families.operations import (
    NotHerChild,
    erase_registration,
    let_guardian_out,
    remove_child,
)
from backend.rights.operations.closing import close, has_more
from backend.visits.operations import end_visits_of_child
from backend.visits.states import VisitEnd


@operation
def erase_family(*, family_id: int, actor: User | None, now: datetime) -> None:
    """Cancel what is booked and erase everything personal of the family, its grown-ups' way in
    among it; the account that registered it is closed where it has nothing else here.

    Repeating it is nothing.
    """
    registered_by = Family.objects.filter(pk=family_id).values_list("user_id", flat=True).first()
    if registered_by is not None:
        hold_one(User, registered_by)  # person before family
    for child_id in Child.objects.filter(family=family_id).values_list("pk", flat=True):
        _end_visits(family_id, child_id, actor, now)
    cancel_bookings_of_family(family_id=family_id, actor=actor, now=now)
    for guardian in Guardian.objects.filter(family=family_id).order_by("pk"):
        let_guardian_out(family_id=family_id, guardian_id=guardian.pk, actor=actor, now=now)
    erase_registration(family_id=family_id, actor=actor, now=now)
    if registered_by is not None and not has_more(registered_by):
        close(user_id=registered_by, now=now)


@operation
def erase_child(*, family_id: int, child_id: int, actor: User | None, now: datetime) -> None:
    """The child leaves what it was still to come to, and is erased; its brothers and sisters keep
    their seats. Raises NotHerChild."""
    family = lock_one(Family, family_id)
    if not family.children.filter(pk=child_id).exists():
        raise NotHerChild(child=child_id)
    _end_visits(family_id, child_id, actor, now)
    leave_bookings(family_id=family_id, child_id=child_id, actor=actor, now=now)
    remove_child(family_id=family_id, child_id=child_id, actor=actor, now=now)


def _end_visits(family_id: int, child_id: int, actor: User | None, now: datetime) -> None:
    end_visits_of_child(
        family_id=family_id, child_id=child_id, reason=VisitEnd.CHILD, actor=actor, now=now
    )
