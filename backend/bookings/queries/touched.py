"""Whom a change of a session would touch, before it is made."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

from backend.bookings.models import LIVE, Booking
from backend.bookings.queries.hindrances import hindrances
from backend.rota.agreed import ASKS, Agreed
from backend.rota.models import Session


@dataclass(frozen=True, slots=True)
class Touched:
    """Families of a session by what a change means for them: `seated` have seats and would be asked
    whether they still come, `waiting` stand in the line and would be told. Of all of these
    `too_young_or_old` have a child that would not fit any more, `elsewhere` have agreed to another
    session at the new time."""

    seated: int = 0
    waiting: int = 0
    too_young_or_old: int = 0
    elsewhere: int = 0

    @property
    def families(self) -> int:
        return self.seated + self.waiting


def whom_it_touches(session: Session, after: Agreed) -> Touched:
    """Count the families that ask_families_again() would ask or tell if the session became that;
    changes nothing. Four statements at most."""
    changes = Agreed.of(session).changes(after) & ASKS
    if not changes:
        return Touched()
    then = copy(session)
    then.starts_at = after.starts_at
    then.ends_at = after.ends_at
    then.months_low, then.months_high = after.months or (None, None)
    live = list(Booking.objects.filter(session=session, state__in=LIVE).order_by("pk"))
    hindered = hindrances(live, instead=then)
    everybody = bool(changes - {"ages"})
    touched = [b for b in live if everybody or b.pk in hindered or b.changed_from]
    waiting = sum(b.state == "waiting" for b in touched)
    return Touched(
        seated=len(touched) - waiting,
        waiting=waiting,
        too_young_or_old=sum(
            any(v.rule == "age" for v in hindrance.violations) for hindrance in hindered.values()
        ),
        elsewhere=sum(bool(hindrance.clashes) for hindrance in hindered.values()),
    )
