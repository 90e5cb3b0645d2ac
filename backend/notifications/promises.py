"""What somebody has promised to come to, for her calendar: a volunteer's places and a family's
seats, whoever of the two she is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.bookings.models import Booking
from backend.families.queries import behind
from backend.notifications.titles import OF_SESSION, title_of
from backend.rota.models import Assignment, Offer, Session
from backend.rota.policy import had_promised

Row = TypeVar("Row", Assignment, Booking)
BEHIND = timedelta(days=90)  # what is over stays in a calendar for so long
CANCELLED_KEPT = timedelta(days=30)
LIVE_PLACES = (Assignment.State.ACTIVE, Assignment.State.DONE)
LIVE_SEATS = (Booking.State.CONFIRMED, Booking.State.ATTENDED, Booking.State.ABSENT)


class PromiseState(Enum):
    SAID = "CONFIRMED"
    ASKED = "TENTATIVE"  # it has changed, and she has not answered
    OFF = "CANCELLED"


@dataclass(frozen=True)
class Promise:
    """`uid` is the same for ever, whatever changes. No child, no telephone and no code stands
    here, and of a private session no more than its kind."""

    uid: str
    standing: PromiseState
    title: str
    role: str
    starts_at: datetime
    ends_at: datetime
    place: str  # "" at somebody's home
    page: str  # the path of ours that shows it


def promises_of(user: User, now: datetime) -> list[Promise]:
    """Of the last months and all to come, those that fell through lately included. A constant
    number of statements."""
    found = places(Q(volunteer__user=user), now) + seats(Q(family=behind(user)), now)
    return sorted(found, key=lambda promise: (promise.starts_at, promise.uid))


# --- places of volunteers -------------------------------------------------------------------------
def places(whose: Q, now: datetime, only: Q | None = None) -> list[Promise]:
    """`only`: of hers this assignment alone."""
    hers = Assignment.objects.filter(whose, only or Q())
    rows = _lately(hers, now).order_by("made_at", "pk")
    asked = {
        (offer.session_id, offer.volunteer_id)
        for offer in Offer.objects.filter(whose, state=Offer.State.PENDING, answer_by__gt=now)
        if had_promised(offer)
    }
    newest: dict[tuple[int, int], Assignment] = {}
    for row in rows.select_related(*OF_SESSION, "session__venue__street", "shift__role"):
        key = (row.session_id, row.volunteer_id)
        before = newest.get(key)
        if before is None or before.state not in LIVE_PLACES or row.state in LIVE_PLACES:
            newest[key] = row
    return _kept((_place(row, key in asked, now) for key, row in newest.items()))


def _place(row: Assignment, asked: bool, now: datetime) -> Promise | None:
    standing = _standing(row.session, row.state in LIVE_PLACES, asked)
    if standing == PromiseState.OFF and not _lately_off(row.ended_at, now):
        return None
    uid = f"place-{row.session_id}-{row.volunteer_id}"
    return _promise(uid, standing, row.session, row.shift.role.name, reverse("volunteer:mine"))


# --- seats of families ----------------------------------------------------------------------------
def seats(whose: Q, now: datetime) -> list[Promise]:
    """A booking that was exchanged for another lives on in that one."""
    promised = ~Q(code="") | Q(state__in=LIVE_SEATS)  # a code is given with the first yes
    rows = _lately(Booking.objects.filter(whose, promised), now)
    found = list(rows.select_related(*OF_SESSION, "session__venue__street").order_by("pk"))
    before = _before(found)
    gone_on = {booking.moved_from_id for booking in found}
    return _kept(_seat(row, before, now) for row in found if row.pk not in gone_on)


def _before(found: Iterable[Booking]) -> dict[int, int]:
    """Booking → the one that it was exchanged for, as far back as there are any of the family."""
    families = {booking.family_id for booking in found}
    rows = Booking.objects.filter(family__in=families, moved_from__isnull=False)
    return dict(rows.values_list("pk", "moved_from_id"))


def _seat(row: Booking, before: dict[int, int], now: datetime) -> Promise | None:
    asked = row.state == Booking.State.ASKED
    standing = _standing(row.session, row.state in LIVE_SEATS, asked)
    if standing == PromiseState.OFF and not _lately_off(row.ended_at, now):
        return None
    first = row.pk
    while first in before:
        first = before[first]
    page = reverse("family:ticket", args=[row.pk])
    return _promise(f"booking-{first}", standing, row.session, "", page)


# --- both -----------------------------------------------------------------------------------------
def _lately(rows: QuerySet[Row], now: datetime) -> QuerySet[Row]:
    return rows.filter(
        Q(session__starts_at__gte=now - BEHIND) | Q(ended_at__gte=now - CANCELLED_KEPT),
        session__starts_at__isnull=False,
    )


def _lately_off(ended_at: datetime | None, now: datetime) -> bool:
    """None: its session was called off just now, and the row is to follow."""
    return ended_at is None or ended_at >= now - CANCELLED_KEPT


def _standing(session: Session, live: bool, asked: bool) -> PromiseState:
    if session.state == Session.State.CANCELLED or not (live or asked):
        return PromiseState.OFF
    return PromiseState.ASKED if asked else PromiseState.SAID


def _promise(uid: str, standing: PromiseState, session: Session, role: str, page: str) -> Promise:
    assert session.starts_at is not None and session.ends_at is not None
    venue = session.venue
    place = _("，").join((venue.name, venue.where)) if venue else ""
    return Promise(
        uid=uid,
        standing=standing,
        title=title_of(session),
        role=role,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=place,
        page=page,
    )


def _kept(found: Iterable[Promise | None]) -> list[Promise]:
    return [promise for promise in found if promise is not None]
