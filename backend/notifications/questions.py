"""What a link from a message asks, as it is now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from backend.accounts.models import User
from backend.bookings.models import ANSWERABLE, Booking
from backend.bookings.queries.hindrances import hindrances
from backend.notifications.links import Link, Purpose, link_to, turn_of
from backend.rota.agreed import mark_of
from backend.rota.models import Assignment, CoverAsk, Offer, Session
from backend.rota.operations import is_barred
from backend.rota.policy import has_begun, is_open, waits_for_answer, waits_for_cover


@dataclass(frozen=True)
class LinkQuestion:
    """Nothing in it tells who is asked, for what, or where. `mark`: of the session's terms now.
    `barred`: something keeps her from a yes; `partly`: only some of her children could come."""

    kind: str  # "offer", "cover", "coming", "seat", "reopened", "changed", "attending"
    session: int
    starts_at: datetime | None
    actor: User | None  # as whom the answer is recorded
    mark: str
    barred: bool = False
    partly: bool = False


def question_of(link: Link, now: datetime) -> LinkQuestion | None:
    """None when there is nothing to answer any more, or never was for this person."""
    ask = ASKED.get(link.purpose)
    return None if ask is None or link.is_over(now) else ask(link, now)


def _offer(link: Link, now: datetime) -> LinkQuestion | None:
    rows = Offer.objects.select_related(
        "session__rota", "session__programme", "session__venue", "volunteer__user"
    )
    offer = rows.filter(pk=link.subject, volunteer=link.person).first()
    if offer is None or not waits_for_answer(offer, now) or not is_open(offer.session, now):
        return None
    return LinkQuestion(
        "offer",
        offer.session_id,
        offer.session.starts_at,
        offer.volunteer.user,
        mark_of(offer.session),
        is_barred(offer, now),
    )


def _cover(link: Link, now: datetime) -> LinkQuestion | None:
    rows = CoverAsk.objects.select_related("cover__session", "cover__place", "volunteer__user")
    ask = rows.filter(pk=link.subject, volunteer=link.person, state=CoverAsk.State.PENDING).first()
    if ask is None or not waits_for_cover(ask.cover, now):
        return None
    session = ask.cover.session
    if ask.cover.place.state != Assignment.State.ACTIVE or not is_open(session, now):
        return None
    return LinkQuestion(
        "cover", session.pk, session.starts_at, ask.volunteer.user, mark_of(session)
    )


def _coming(link: Link, now: datetime) -> LinkQuestion | None:
    rows = Assignment.objects.select_related("session", "volunteer__user")
    state = Assignment.State.ACTIVE
    place = rows.filter(pk=link.subject, volunteer=link.person, state=state).first()
    if place is None or has_begun(place.session, now):
        return None
    session = place.session
    return LinkQuestion(
        "coming", session.pk, session.starts_at, place.volunteer.user, mark_of(session)
    )


def _booking(link: Link, now: datetime) -> Booking | None:
    rows = Booking.objects.select_related("session", "family__user")
    booking = rows.filter(pk=link.subject, family=link.person).first()
    if booking is None or booking.session.state != Session.State.OPEN:
        return None
    return None if has_begun(booking.session, now) else booking


def _seat(link: Link, now: datetime) -> LinkQuestion | None:
    booking = _booking(link, now)
    if booking is None or booking.state not in ANSWERABLE:
        return None
    if booking.answer_by is None or now >= booking.answer_by:
        return None
    kind = "reopened" if booking.reopened else "seat"
    if booking.state == Booking.State.ASKED:
        kind = "changed"
    hindrance = hindrances([booking]).get(booking.pk)
    partly = hindrance is not None and bool(hindrance.could_come)
    return replace(_about(booking, kind), barred=hindrance is not None, partly=partly)


def _attending(link: Link, now: datetime) -> LinkQuestion | None:
    booking = _booking(link, now)
    if booking is None or booking.state != Booking.State.CONFIRMED:
        return None
    return _about(booking, "attending")


def _about(booking: Booking, kind: str) -> LinkQuestion:
    session = booking.session
    return LinkQuestion(kind, session.pk, session.starts_at, booking.family.user, mark_of(session))


ASKED: dict[Purpose, Callable[[Link, datetime], LinkQuestion | None]] = {
    Purpose.OFFER: _offer,
    Purpose.COVER: _cover,
    Purpose.COMING: _coming,
    Purpose.SEAT: _seat,
    Purpose.ATTENDING: _attending,
}


def newer_than(link: Link, now: datetime) -> str | None:
    """The address of what the same person is asked now about the same session, where it is another
    question than this link's: the session was changed since. None when she is asked nothing; "" for
    a link whose own time is over, which opens no other one: she signs in.
    """
    found = _NEWER[link.purpose](link, now) if link.purpose in _NEWER else None
    if found is None or found == link:
        return None
    if link.is_over(now):
        return ""
    return link_to(
        found.purpose,
        person=found.person,
        subject=found.subject,
        until=found.until,
        turn=found.turn,
    )


def _newer_offer(link: Link, now: datetime) -> Link | None:
    hers = Offer if link.purpose == Purpose.OFFER else Assignment
    about = hers.objects.filter(pk=link.subject, volunteer=link.person)
    session = about.values_list("session_id", flat=True).first()
    asked = Offer.objects.select_related("session").filter(
        volunteer=link.person, session=session, state=Offer.State.PENDING
    )
    offer = asked.order_by("-pk").first()
    if offer is None or not waits_for_answer(offer, now) or not is_open(offer.session, now):
        return None
    return Link(Purpose.OFFER, link.person, offer.pk, _minute(offer.answer_by))


def _newer_seat(link: Link, now: datetime) -> Link | None:
    booking = _booking(link, now)
    if booking is None or booking.state not in ANSWERABLE or not booking.answer_by:
        return None
    if now >= booking.answer_by:
        return None
    until = _minute(booking.answer_by)
    return Link(Purpose.SEAT, link.person, booking.pk, until, turn_of(booking.session))


def _minute(at: datetime) -> datetime:
    """As a link holds it."""
    return at.replace(second=0, microsecond=0)


_NEWER: dict[Purpose, Callable[[Link, datetime], Link | None]] = {
    Purpose.OFFER: _newer_offer,
    Purpose.COMING: _newer_offer,
    Purpose.SEAT: _newer_seat,
    Purpose.ATTENDING: _newer_seat,
}
