"""Which sessions are not for a child of this age."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import prefetch_related_objects

from backend.bookings.admission import broken_rules
from backend.bookings.models import Booking
from backend.bookings.queries.lines import coming_bookings_of
from backend.common.clock import local_day
from backend.families.models import Child, Family
from backend.rota.models import Session
from matching import months_completed


def is_too_old_or_young(family: Family, child: Child, session: Session) -> bool:
    """By the month of birth that the row holds, stored or not. No statement."""
    named = bool(session.group)  # of what else she could not come to it is not asked here
    broken = broken_rules(family, [child], session, named=named)
    return any(violation.rule == "age" for violation in broken)


def not_for(child: Child, bookings: Sequence[Booking]) -> list[Booking]:
    """Those of its family's live bookings whose sessions are not for the child's age."""
    return [b for b in bookings if is_too_old_or_young(child.family, child, b.session)]


def fit_again(bookings: Sequence[Booking]) -> dict[int, list[Child]]:
    """Live booking → the children who left it because of the ages of its session, and are of them
    now. Three statements at most."""
    prefetch_related_objects(bookings, "left_for_age")
    apart = [b for b in bookings if b.left_for_age.all()]
    if not apart:
        return {}
    prefetch_related_objects(apart, "session", "family")
    found = {
        b.pk: [c for c in b.left_for_age.all() if not is_too_old_or_young(b.family, c, b.session)]
        for b in apart
    }
    return {pk: children for pk, children in found.items() if children}


def would_leave(child: Child, birth_month: str, now: datetime) -> list[Booking]:
    """What the child would come to no more if it were born in that month: said before it is
    corrected. A month that is refused changes nothing."""
    if birth_month == child.birth_month or months_completed(birth_month, local_day(now)) < 0:
        return []
    corrected = Child(pk=child.pk, family=child.family, birth_month=birth_month)
    return not_for(corrected, list(coming_bookings_of(child, now)))
