"""What one grown-up of a family did, for the others, and where the family stands in a line: read
as it is now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from backend.bookings.models import Booking
from backend.bookings.policy import line_is_open
from backend.bookings.queries import heads_of
from backend.common.bulk import among
from backend.notifications.titles import OF_SESSION, title_of
from backend.outbox.models import Event
from backend.rota.agreed import Agreed
from backend.rota.policy import is_at_home
from backend.words.saying import About


def done_by_one(ids: Collection[int], now: datetime) -> dict[int, About]:
    """An event (its number) that somebody of the family caused: what it was."""
    events = list(Event.objects.filter(among("seq", ids)).order_by("seq"))
    booked = {pk for event in events for pk in event.payload.get("bookings", ())}
    rows = Booking.objects.filter(among("pk", booked)).select_related(*OF_SESSION)
    bookings = {booking.pk: booking for booking in rows}
    return {event.seq: _done(event, bookings) for event in events if event.seq is not None}


def line_first(ids: Collection[int], now: datetime) -> dict[int, About]:
    """Bookings that stand first in their lines, of sessions whose free seats are still offered
    along them."""
    rows = Booking.objects.filter(among("pk", ids), state=Booking.State.WAITING)
    of_session = rows.select_related(*OF_SESSION).order_by("session__starts_at", "pk")
    waiting = [row for row in of_session if line_is_open(row.session, now)]
    first = {head.pk for head in heads_of({row.session_id for row in waiting})}
    return {row.pk: _first(row) for row in waiting if row.pk in first}


def _first(booking: Booking) -> About:
    session = booking.session
    return About(key=booking.pk, title=title_of(session), agreed=Agreed.of(session))


def _done(event: Event, bookings: dict[int, Booking]) -> About:
    """Of seats that were exchanged the new ones."""
    mine = [bookings[pk] for pk in event.payload.get("bookings", ()) if pk in bookings]
    if not mine:
        return About(key=event.pk, state=event.kind, by=event.actor_id)
    session = mine[-1].session
    return About(
        key=event.pk,
        state=event.kind,
        title=title_of(session),
        agreed=Agreed.of(session),
        by=event.actor_id,
        at_home=is_at_home(session),
    )


OF_FAMILIES = (done_by_one, line_first)
