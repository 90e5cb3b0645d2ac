"""Whom it concerns what one grown-up of a family did, and what was done to the family itself."""

from __future__ import annotations

from itertools import chain

from django.db.models import Max, Q

from backend.bookings.models import Booking
from backend.bookings.queries import heads_of
from backend.common.bulk import among
from backend.families.models import Guardian
from backend.notifications.models import Delivery
from backend.notifications.recipients import Audience, Happened
from backend.outbox import kinds
from backend.rota.policy import not_begun


def family_of_several(it: Happened) -> Audience:
    """A family in which one of several grown-ups did it, about the event itself."""
    event = it.event
    if it.actor is None:
        return Audience()
    if isinstance(event, kinds.OfBookings):
        bookings = Booking.objects.filter(among("pk", event.bookings))
        families = set(bookings.values_list("family_id", flat=True))
    else:
        assert isinstance(
            event,
            kinds.OfFamily | kinds.OfVisit | kinds.RequestOpened | kinds.RequestClosed,
        )
        families = {event.family}
    rows = Guardian.objects.filter(among("family", families), user__isnull=False)
    several = rows.filter(Q(user=it.actor) | Q(family__user=it.actor)).order_by("family_id")
    found = several.values_list("family_id", flat=True).distinct()
    return Audience.families((family, it.seq) for family in found)


def family(it: Happened) -> Audience:
    """The family, about the event itself."""
    event = it.event
    assert isinstance(event, kinds.OfFamily)
    return Audience.families([(event.family, it.seq)])


def family_by_the_clock(it: Happened) -> Audience:
    """The family of whose child the time to be kept ran out; nobody did it."""
    event = it.event
    assert isinstance(event, kinds.ChildErased)
    return Audience.families([] if it.actor else [(event.family, event.child)])


def who_left(it: Happened) -> Audience:
    """Whom the family let out, unless she left by herself."""
    event = it.event
    assert isinstance(event, kinds.GuardianLeft)
    gone = None if event.user == it.actor else event.user
    return Audience.users([(gone, event.guardian)])


def who_is_next(it: Happened) -> Audience:
    """Who stands first in a line because somebody before her left it; once for each place in
    one."""
    event = it.event
    assert isinstance(event, kinds.SeatOffered | kinds.OfBookings)
    gone = event.offered if isinstance(event, kinds.SeatOffered) else event.bookings
    without_seats = Booking.objects.filter(
        not_begun(it.at, "session__"), among("pk", gone), code=""
    )
    left = dict(without_seats.values_list("session_id").annotate(Max("made_at")))
    heads = [one for one in heads_of(left) if left[one.session_id] < one.made_at]
    families = [one.family_id for one in heads]
    told = Delivery.objects.filter(among("family", families), kind="line_first")
    known = set(chain.from_iterable(told.values_list("subjects", flat=True)))
    return Audience.families((one.family_id, one.pk) for one in heads if one.pk not in known)


OF_ONE_FAMILY = (
    family_of_several,
    family,
    family_by_the_clock,
    who_left,
    who_is_next,
)
