"""What happens to a seat that is given up: cancelled, offered, answered, expired, moved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from backend.bookings import operations as op
from backend.bookings.models import Booking
from backend.bookings.queries import positions
from backend.outbox.models import Event
from backend.rota.models import Session
from tests.bookings.room import book_all, fresh, make_families, make_room, seats_in_rows
from tests.factories import NOW, at, make_assignment, make_booking, make_family, make_volunteer

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=25)


def test_a_cancelled_seat_is_offered_to_the_head_of_the_line() -> None:
    room = make_room(seats=1)
    first, second, third = (book_all(family, room) for family in make_families(3))
    op.cancel_booking(booking_id=first.pk, actor=None, now=NOW)
    second, third = fresh(second), fresh(third)
    assert (second.state, third.state, fresh(room).seats_taken) == ("offered", "waiting", 1)
    assert second.answer_by == NOW + timedelta(hours=24)
    offered, gave = Event.objects.order_by("-pk")[:2]
    assert (gave.kind, gave.payload["bookings"]) == ("booking_cancelled", [first.pk])
    assert (offered.kind, offered.payload["offered"]) == ("seat_offered", [second.pk])
    assert f"family.{first.family_id}" in gave.streams
    assert f"family.{second.family_id}" in offered.streams


def test_cancelling_twice_frees_one_seat() -> None:
    room = make_room(seats=2)
    first, second = (book_all(family, room) for family in make_families(2))
    for _ in range(2):
        op.cancel_booking(booking_id=first.pk, actor=None, now=NOW)
    assert (fresh(room).seats_taken, fresh(second).state) == (1, "confirmed")


def test_after_the_beginning_there_is_nothing_to_cancel() -> None:
    room = make_room()
    booking = book_all(make_family(agreed=True), room)
    with pytest.raises(op.BookingEnded):
        op.cancel_booking(booking_id=booking.pk, actor=None, now=room.starts_at)


def test_yes_confirms_once() -> None:
    room, (one, two) = make_room(seats=1), make_families(2)
    first, second = book_all(one, room), book_all(two, room)
    op.cancel_booking(booking_id=first.pk, actor=None, now=NOW)
    codes = {op.accept_seat(booking_id=second.pk, actor=None, now=NOW).code for _ in range(2)}
    assert (fresh(second).state, fresh(room).seats_taken, len(codes)) == ("confirmed", 1, 1)


def test_no_passes_the_seat_on() -> None:
    room = make_room(seats=1)
    first, second, third = (book_all(family, room) for family in make_families(3))
    op.cancel_booking(booking_id=first.pk, actor=None, now=NOW)
    for _ in range(2):
        op.decline_seat(booking_id=second.pk, actor=None, now=NOW)
    assert (fresh(second).state, fresh(third).state, fresh(room).seats_taken) == (
        "cancelled",
        "offered",
        1,
    )


def test_silence_passes_the_seat_on_and_a_late_yes_is_refused() -> None:
    room = make_room(seats=1)
    first, second, third = (book_all(family, room) for family in make_families(3))
    op.cancel_booking(booking_id=first.pk, actor=None, now=NOW)
    with pytest.raises(op.SeatGone):
        op.accept_seat(
            booking_id=second.pk, actor=None, now=LATER
        )  # the sweep has not come by yet: late is late
    assert op.expire_seats(now=LATER) == 1
    assert op.expire_seats(now=LATER) == 0
    assert (fresh(second).state, fresh(third).state, fresh(room).seats_taken) == (
        "expired",
        "offered",
        1,
    )
    with pytest.raises(op.SeatGone):
        op.accept_seat(booking_id=second.pk, actor=None, now=LATER)


def test_who_waits_cannot_take_a_seat_that_was_not_offered() -> None:
    room = make_room(seats=1)
    _, second = (book_all(family, room) for family in make_families(2))
    with pytest.raises(op.SeatGone):
        op.accept_seat(booking_id=second.pk, actor=None, now=NOW)
    with pytest.raises(op.SeatGone):
        op.decline_seat(booking_id=second.pk, actor=None, now=NOW)


def test_two_children_keep_their_place_while_one_seat_goes_past_them() -> None:
    room = make_room(seats=2)
    one, two = (book_all(family, room) for family in make_families(2))
    twins = book_all(make_family(agreed=True, children=["2025-03", "2025-03"]), room)
    single, last = (book_all(family, room) for family in make_families(2))
    op.cancel_booking(booking_id=one.pk, actor=None, now=NOW)
    assert (fresh(twins).state, fresh(single).state) == ("waiting", "offered")
    assert positions([fresh(twins), fresh(last)]) == {twins.pk: 1, last.pk: 2}
    op.decline_seat(booking_id=single.pk, actor=None, now=NOW)
    assert (fresh(twins).state, fresh(last).state) == ("waiting", "offered")
    Session.objects.filter(pk=room.pk).update(
        seats_max=4, seats_per_volunteer=4
    )  # a larger room: two seats at one moment
    op.offer_freed_seats(session_id=room.pk, now=NOW)
    assert (fresh(twins).state, fresh(two).state, fresh(room).seats_taken, seats_in_rows(room)) == (
        "offered",
        "confirmed",
        4,
        4,
    )


def test_more_people_on_duty_open_seats_for_the_line() -> None:
    room = make_room(seats=4, staff=1, seats_per_volunteer=4, shifts=(("lead", 0, 4),))
    Session.objects.filter(pk=room.pk).update(seats_per_volunteer=1)
    bookings = [book_all(family, room) for family in make_families(3)]
    assert [booking.state for booking in bookings] == ["confirmed", "waiting", "waiting"]
    make_assignment(volunteer=make_volunteer(), shift=room.shifts.get())
    assert op.offer_freed_seats(session_id=room.pk, now=NOW) == [bookings[1]]
    assert op.offer_freed_seats(session_id=room.pk, now=NOW) == []
    assert Event.objects.filter(kind="seat_offered").count() == 1


def test_when_people_leave_nobody_is_bumped_and_nothing_is_offered() -> None:
    room = make_room(seats=2)
    one, two, three = (book_all(family, room) for family in make_families(3))
    Session.objects.filter(pk=room.pk).update(staff=F("staff") - 1)
    op.cancel_booking(booking_id=one.pk, actor=None, now=NOW)
    assert [fresh(booking).state for booking in (two, three)] == ["confirmed", "waiting"]
    assert fresh(room).seats_taken == 1


def test_a_newcomer_does_not_overtake_the_line() -> None:
    room = make_room(seats=1, staff=0)
    waiting = book_all(make_family(agreed=True), room)
    make_assignment(
        volunteer=make_volunteer(), shift=room.shifts.get()
    )  # and nobody has served the line yet
    newcomer = book_all(make_family(agreed=True), room)
    assert (fresh(waiting).state, newcomer.state) == ("offered", "waiting")


def test_who_comes_later_stands_behind_even_with_an_earlier_clock() -> None:
    """Two servers' clocks differ by a second: the order in which the rows were locked decides, so
    nobody's place gets worse."""
    room = make_room(seats=0)
    first = book_all(make_family(agreed=True), room)
    second = book_all(make_family(agreed=True), room, now=NOW - timedelta(seconds=1))
    assert positions([first, second]) == {first.pk: 1, second.pk: 2}


def test_in_the_last_two_hours_it_is_first_come_first_served() -> None:
    room = make_room(seats=1)
    late = room.starts_at - timedelta(minutes=119)
    first, second = (book_all(family, room) for family in make_families(2))
    op.cancel_booking(booking_id=first.pk, actor=None, now=late)
    assert fresh(second).state == "waiting"
    assert book_all(second.family, room, now=late).state == "confirmed"
    with pytest.raises(op.LineClosed):
        book_all(make_family(agreed=True), room, now=late)


def test_the_line_ends_when_the_session_begins() -> None:
    room = make_room(seats=1)
    _, second = (book_all(family, room) for family in make_families(2))
    assert op.expire_seats(now=room.starts_at) == 1
    assert fresh(second).state == "expired"


def test_moving_takes_the_new_seat_and_frees_the_old_one() -> None:
    here, there = (
        make_room(seats=1),
        make_room(seats=1, starts_at=at("2026-12-05 10:00")),
    )  # they overlap: one replaces the other
    mover, waiting = (book_all(family, here) for family in make_families(2))
    moved = op.move_booking(booking_id=mover.pk, session_id=there.pk, actor=None, now=NOW)
    assert (moved.state, fresh(mover).state, fresh(waiting).state) == (
        "confirmed",
        "cancelled",
        "offered",
    )
    assert list(moved.children.all()) == list(mover.family.children.all())
    assert (fresh(here).seats_taken, fresh(there).seats_taken) == (1, 1)
    assert op.move_booking(booking_id=mover.pk, session_id=there.pk, actor=None, now=NOW) == moved


def test_moving_into_a_full_session_changes_nothing() -> None:
    here, there = make_room(seats=1), make_room(seats=1, starts_at=at("2026-12-05 14:00"))
    mover, other = make_families(2)
    booking = book_all(mover, here)
    book_all(other, there)
    with pytest.raises(op.NoFreeSeat):
        op.move_booking(booking_id=booking.pk, session_id=there.pk, actor=None, now=NOW)
    assert (fresh(booking).state, fresh(here).seats_taken, fresh(there).seats_taken) == (
        "confirmed",
        1,
        1,
    )


def test_moving_to_a_session_that_is_not_there_changes_nothing() -> None:
    booking = book_all(make_family(agreed=True), make_room(seats=1))
    with pytest.raises(Session.DoesNotExist):
        op.move_booking(booking_id=booking.pk, session_id=2**63 - 1, actor=None, now=NOW)
    assert fresh(booking).state == "confirmed"


def test_a_cancelled_session_ends_every_booking() -> None:
    room = make_room(seats=1)
    bookings = [book_all(family, room) for family in make_families(2)]
    assert op.cancel_bookings_of_session(session_id=room.pk, actor=None, now=NOW) == []
    Session.objects.filter(pk=room.pk).update(state="cancelled")
    assert len(op.cancel_bookings_of_session(session_id=room.pk, actor=None, now=NOW)) == 2
    assert {fresh(booking).state for booking in bookings} == {"cancelled"}
    assert fresh(room).seats_taken == 0


def test_a_family_that_leaves_gives_its_seats_to_the_lines() -> None:
    family, others = make_family(agreed=True), make_families(2)
    rooms = [make_room(seats=1), make_room(seats=1, starts_at=at("2026-12-06 09:30"))]
    make_booking(
        family=family, session=make_room(starts_at=at("2026-11-01 09:30")), state="attended"
    )
    for room, other in zip(rooms, others, strict=True):
        book_all(family, room)
        book_all(other, room)
    assert len(op.cancel_bookings_of_family(family_id=family.pk, actor=None, now=NOW)) == 2
    assert list(Booking.objects.filter(family__in=others).values_list("state", flat=True)) == [
        "offered",
        "offered",
    ]
    assert Booking.objects.filter(family=family, state="attended").count() == 1
