"""A coordinator opens a session again that was called off: volunteers and families are asked in one
transaction, and she has seen before whom that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from backend.accounts.models import User
from backend.bookings.models import Booking
from backend.bookings.operations import called_off_in, put_back_in_line
from backend.bookings.queries import Hindrance
from backend.common.locking import hold, operation
from backend.families.models import Family
from backend.rota import operations as rota
from backend.rota.operations import RefusedPair, called_off_for
from backend.volunteers.models import Volunteer


@dataclass(frozen=True)
class Reopening:
    """Whom it asks again: `asked` volunteers by name, `barred` with why not, families by how their
    booking stands then (offered, waiting); those who cannot come any more by what keeps them:
    another class at that time, a child's age, or something else."""

    asked: Sequence[str]
    barred: Sequence[tuple[str, RefusedPair]]
    offered: int
    waiting: int
    elsewhere: int
    of_no_age: int
    left: int


@operation
def reopen_session(*, session_id: int, actor: User | None, now: datetime) -> Reopening:
    """Raises what rota.operations.reopen_session_alone raises; then nothing is changed."""
    names = {notice.volunteer_id: notice.volunteer.name for notice in called_off_for(session_id)}
    hold(Volunteer, names)
    hold(Family, {booking.family_id for booking in called_off_in(session_id)})
    reopened = rota.reopen_session_alone(session_id=session_id, actor=actor, now=now)
    back, hindered = put_back_in_line(session_id=session_id, actor=actor, now=now)
    kept_away = Counter(_kept_away_by(hindrance) for hindrance in hindered.values())
    rows = Booking.objects.filter(pk__in=[booking.pk for booking in back])
    offered = rows.filter(state=Booking.State.OFFERED).count()
    return Reopening(
        [names[offer.volunteer_id] for offer in reopened.asked],
        [(names[pair.volunteer_id], pair) for pair in reopened.barred],
        offered,
        len(back) - offered,
        kept_away["elsewhere"],
        kept_away["age"],
        kept_away["else"],
    )


def _kept_away_by(hindrance: Hindrance) -> str:
    if hindrance.clashes:
        return "elsewhere"
    return "age" if any(v.rule == "age" for v in hindrance.violations) else "else"


def effect_of_reopening(*, session_id: int, actor: User | None, now: datetime) -> Reopening:
    """What `reopen_session` would do, by doing it and taking it back. Raises what that raises."""
    with transaction.atomic():
        effect = reopen_session(session_id=session_id, actor=actor, now=now)
        transaction.set_rollback(True)
    return effect
