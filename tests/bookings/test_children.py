"""Another child of the family comes instead, or one more, or one less: the seats and the line are
right, and nobody is overtaken."""

from __future__ import annotations

import pytest

from backend.bookings.models import Booking
from backend.bookings.operations import (
    BookingEnded,
    ConsentMissing,
    NoSeatBeside,
    NotYourChild,
    RulesBroken,
    book,
    cancel_booking,
    change_children,
)
from backend.bookings.queries import positions
from backend.families.models import Family
from backend.families.operations import end_consent
from backend.rota.models import Session
from tests.bookings.room import book_all, fresh, make_room, seats_in_rows
from tests.factories import NOW, make_family

pytestmark = pytest.mark.django_db
TWO = ("2025-03", "2025-03")


def children(family: Family) -> list[int]:
    return [child.pk for child in family.children.order_by("pk")]


def booked(family: Family, session: Session, *which: int) -> Booking:
    ids = [children(family)[n] for n in which]
    return book(
        family_id=family.pk, session_id=session.pk, child_ids=ids, actor=family.user, now=NOW
    )


def change(booking: Booking, *which: int) -> Booking:
    ids = [children(booking.family)[n] for n in which]
    return change_children(booking_id=booking.pk, child_ids=ids, actor=booking.family.user, now=NOW)


def going(booking: Booking) -> list[int]:
    mine = children(booking.family)
    return sorted(mine.index(child.pk) for child in booking.children.all())


def test_the_sister_comes_instead() -> None:
    session = make_room(seats=1)
    family = make_family(children=TWO)
    booking = booked(family, session, 0)
    again = change(booking, 1)
    assert (again.pk, again.state, again.code) == (booking.pk, "confirmed", booking.code)
    assert going(again) == [1]
    assert fresh(session).seats_taken == seats_in_rows(session) == 1


def test_one_more_takes_a_free_seat_and_one_less_frees_one() -> None:
    session = make_room(seats=2)
    booking = booked(make_family(children=TWO), session, 0)
    assert change(booking, 0, 1).seats == 2
    waiting = book_all(make_family(), session)
    assert waiting.state == "waiting"
    assert change(booking, 1).seats == 1
    assert fresh(waiting).state == "offered"
    assert fresh(session).seats_taken == seats_in_rows(session) == 2


def test_a_seat_more_is_not_had_before_those_who_wait() -> None:
    session = make_room(seats=2)
    booking = booked(make_family(children=TWO), session, 0)
    other = book_all(make_family(), session)
    waiting = book_all(make_family(), session)
    with pytest.raises(NoSeatBeside):
        change(booking, 0, 1)
    cancel_booking(booking_id=other.pk, actor=None, now=NOW)
    assert fresh(waiting).state == "offered"
    with pytest.raises(NoSeatBeside):
        change(booking, 0, 1)
    assert going(fresh(booking)) == [0]
    assert fresh(session).seats_taken == seats_in_rows(session) == 2


def test_who_waits_for_more_waits_behind_those_who_came_before() -> None:
    session = make_room(seats=1)
    book_all(make_family(), session)
    first = booked(make_family(children=TWO), session, 0)
    second = book_all(make_family(), session)
    change(first, 1)
    assert positions([first, second]) == {first.pk: 1, second.pk: 2}
    change(first, 0, 1)
    assert positions([fresh(first), second]) == {second.pk: 1, first.pk: 2}
    change(first, 0)
    assert positions([fresh(first), second]) == {second.pk: 1, first.pk: 2}


def test_what_is_asked_of_a_booking_is_asked_of_the_change() -> None:
    session = make_room(seats=3, months=(12, 24))
    family = make_family(children=("2025-03", "2023-01"))
    booking = booked(family, session, 0)
    with pytest.raises(RulesBroken):
        change(booking, 0, 1)
    with pytest.raises(NotYourChild):
        change(booking)
    twins = make_family(children=TWO)
    theirs = booked(twins, session, 0)
    end_consent(
        family_id=twins.pk,
        child_id=children(twins)[1],
        purpose="booking",
        actor=twins.user,
        now=NOW,
    )
    with pytest.raises(ConsentMissing):
        change(theirs, 0, 1)
    cancel_booking(booking_id=theirs.pk, actor=twins.user, now=NOW)
    with pytest.raises(BookingEnded):
        change(theirs, 1)


def test_the_same_children_change_nothing() -> None:
    session = make_room(seats=2)
    booking = booked(make_family(children=TWO), session, 0)
    before = fresh(booking).made_at
    assert change(booking, 0).made_at == before
