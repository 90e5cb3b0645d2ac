"""Which messages carry a link that answers with one tap."""

from __future__ import annotations

from collections.abc import Sequence

from backend.notifications.links import Purpose, link_to, turn_of
from backend.notifications.models import Delivery
from backend.words.saying import About

TAPS = {
    "offer_made": Purpose.OFFER,
    "asked_again": Purpose.OFFER,
    "deadline_near": Purpose.OFFER,
    "offer_prolonged": Purpose.OFFER,
    "cover_asked": Purpose.COVER,
    "placed": Purpose.COMING,
    "reminder": Purpose.COMING,
    "seat_offered": Purpose.SEAT,
    "booking_changed": Purpose.SEAT,
    "booking_reopened": Purpose.SEAT,
    "seat_deadline_near": Purpose.SEAT,
    "visit_reminder": Purpose.ATTENDING,
    "visit_unled": Purpose.ATTENDING,
}
BY_START = (Purpose.COMING, Purpose.ATTENDING)  # asked until it begins, by each reminder anew


def tap_of(delivery: Delivery, things: Sequence[About]) -> str:
    """Its address below the house's own; "" when it asks nothing, more than one thing, or what she
    could not say yes to: then its link leads to the page that shows them."""
    purpose = TAPS.get(delivery.kind)
    person = delivery.volunteer_id or delivery.family_id
    if purpose is None or person is None or len(delivery.subjects) != 1:
        return ""
    if delivery.guardian_id is not None:
        return ""  # an answer by a link is written down as hers who registered the family
    about = things[0]
    if about.hindered:
        return ""
    until = about.answer_by
    if purpose in BY_START:
        until = about.agreed.starts_at if about.agreed else None
    if until is None:
        return ""
    subject = delivery.subjects[0]
    return link_to(
        purpose, person=person, subject=subject, until=until, turn=_turn(delivery, about)
    )


def _turn(delivery: Delivery, about: About) -> int:
    """Of a reminder the hours before the start, as its cause names them: who said yes three days
    before may say no the day before. Of a seat its session's terms: who has answered is asked about
    the same seat when they change, by a link that has not served."""
    if TAPS[delivery.kind] == Purpose.SEAT:
        return turn_of(about.agreed) if about.agreed else 0
    name, _, rest = delivery.cause.partition(".")
    hours = rest.partition(".")[0]
    return int(hours) if name == "reminder" and hours.isdecimal() else 0
