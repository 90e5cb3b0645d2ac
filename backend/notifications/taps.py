"""Which messages carry a link that answers with one tap."""

from __future__ import annotations

from collections.abc import Sequence

from backend.notifications.links import Purpose, link_to
from backend.notifications.models import Delivery
from backend.words.messages import About

TAPS = {
    "offer_made": Purpose.OFFER,
    "asked_again": Purpose.OFFER,
    "seat_offered": Purpose.SEAT,
    "booking_changed": Purpose.SEAT,
}


def tap_of(delivery: Delivery, things: Sequence[About]) -> str:
    """Its address below the house's own; "" when it asks nothing, or more than one thing: then its
    link leads to the page that shows them."""
    purpose = TAPS.get(delivery.kind)
    person = delivery.volunteer_id or delivery.family_id
    if purpose is None or person is None or len(delivery.subjects) != 1:
        return ""
    until = things[0].answer_by
    if until is None:
        return ""
    return link_to(purpose, person=person, subject=delivery.subjects[0], until=until)
