"""Whether families come although the class has no minder any more: who is asked, and what was
said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from backend.bookings.models import Booking
from backend.bookings.policy import may_say_whether, stay_by
from backend.bookings.queries.lines import without_minder
from backend.rota.models import Session


def asked_to_stay(bookings: Iterable[Booking], now: datetime) -> set[int]:
    """Keys of those whose families have not said yet whether they come. Reads `booking.session`; at
    most one statement."""
    near = [b for b in bookings if b.stays is None and may_say_whether(b, b.session, now)]
    unminded = without_minder(b.session_id for b in near)
    return {b.pk for b in near if b.session_id in unminded}


@dataclass(frozen=True)
class StaySaid:
    """Families that come all the same, have given their seats up, have not answered; until when
    they may."""

    stays: int
    left: int
    silent: int
    by: datetime | None


def stay_said(session: Session, now: datetime) -> StaySaid | None:
    """Of a class without a minder, from when its families are asked until it begins; None where
    nobody was asked. At most two statements."""
    by = stay_by(session, now, closes=False)
    if by is None or not without_minder([session.pk]):
        return None
    seated = Q(state=Booking.State.CONFIRMED)
    found = Booking.objects.filter(session=session).aggregate(
        come=Count("pk", filter=seated & Q(stays=True)),
        left=Count("pk", filter=~seated & Q(stays=False)),
        silent=Count("pk", filter=seated & Q(stays=None)),
    )
    if not any(found.values()):
        return None
    return StaySaid(found["come"], found["left"], found["silent"], by if now < by else None)
