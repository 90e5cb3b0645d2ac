"""Whom it concerns what one grown-up of a family did, and what was done to the family itself."""

from __future__ import annotations

from django.db.models import Q

from backend.bookings.models import Booking
from backend.common.bulk import among
from backend.families.models import Guardian
from backend.notifications.recipients import Audience, Happened
from backend.outbox import kinds


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


OF_ONE_FAMILY = (family_of_several, family, family_by_the_clock, who_left)
