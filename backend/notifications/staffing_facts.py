"""What messages say where nobody looks after children who are to come: to whoever plans it, and to
their families. As in `facts`: a constant number of statements; what is true no more is left out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import F

from backend.bookings.models import Booking
from backend.bookings.policy import STAY_ASKED, no_minder_asked, stay_by
from backend.bookings.queries import minders_missing
from backend.common.bulk import among
from backend.notifications.silence import silent_places
from backend.notifications.titles import OF_SESSION, title_of
from backend.rota.agreed import Agreed
from backend.rota.models import Session
from backend.rota.policy import SEATS, capacity, is_at_home, not_begun
from backend.rota.states import TO_COME
from backend.words.saying import About

Found = dict[int, About]
TOLD_AT_ONCE = STAY_ASKED  # what is farther is said by the reminder of the day before


def children_unminded(ids: Collection[int], now: datetime) -> Found:
    """More children have seats in the session, which is to come, than those can look after who are
    there or asked: `number` of them too many, of `many` in all."""
    rows = Session.objects.annotate(room=SEATS).filter(
        not_begun(now), among("pk", ids), state__in=TO_COME, seats_taken__gt=F("room")
    )
    rows = rows.select_related("programme", "engagement", "venue__street")
    return {
        one.pk: About(
            key=one.pk,
            title=title_of(one),
            agreed=Agreed.of(one),
            number=one.seats_taken - capacity(one),
            unminded=no_minder_asked(one),
        )
        for one in rows.order_by("starts_at", "pk")
    }


def visit_unled(ids: Collection[int], now: datetime) -> Found:
    """The family comes, it has not begun, and nobody has said yes to look after the children."""
    rows = Booking.objects.filter(
        not_begun(now, "session__"),
        among("pk", ids),
        state=Booking.State.CONFIRMED,
        session__state=Session.State.OPEN,
    )
    found = list(rows.select_related(*OF_SESSION).order_by("session__starts_at", "pk"))
    missing = minders_missing(one.session_id for one in found)
    return {
        one.pk: About(
            key=one.pk,
            title=title_of(one.session),
            agreed=Agreed.of(one.session),
            answer_by=stay_by(one.session, now),
            at_home=is_at_home(one.session),
            asked_again=missing[one.session_id],
        )
        for one in found
        if one.session_id in missing
    }


def place_silent(ids: Collection[int], now: datetime) -> Found:
    """Whoever has the place was asked whether she still comes, and has not answered."""
    rows = silent_places(now).filter(among("pk", ids)).select_related(*OF_SESSION, "shift__role")
    return {
        one.pk: About(
            key=one.session_id,
            title=title_of(one.session),
            role=one.shift.role.name,
            agreed=Agreed.of(one.session),
        )
        for one in rows
    }


OF_STAFFING = (children_unminded, place_silent, visit_unled)
