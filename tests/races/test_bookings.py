"""Families race for seats.

Whatever the order in which the threads come through, the numbers and the line are right.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db.models import F

from backend.bookings import operations as op
from backend.bookings.models import LIVE, Booking
from backend.bookings.policy import free_seats
from backend.common.locking import lock_one, operation
from backend.families.models import Family
from backend.rota.models import Session
from tests.bookings.room import book_all, fresh, make_families, make_room, seats_in_rows
from tests.factories import NOW, at, make_assignment, make_family, make_request, make_volunteer
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)
Call = Callable[[], object]


def booking_by(family: Family, session: Session) -> Call:
    ids, pk, session_pk = [child.pk for child in family.children.all()], family.pk, session.pk
    return lambda: op.book(family_id=pk, session_id=session_pk, child_ids=ids, actor=None, now=NOW)


def cancelling(booking: Booking) -> Call:
    return partial(op.cancel_booking, booking_id=booking.pk, actor=None, now=NOW)


def answering(operation: Call, booking: Booking) -> Call:
    return partial(operation, booking_id=booking.pk, actor=None, now=NOW)


def states(session: Session) -> list[str]:
    return list(
        Booking.objects.filter(session=session)
        .order_by("made_at", "pk")
        .values_list("state", flat=True)
    )


def assert_sound(session: Session) -> None:
    """Counter and rows agree, the room is not oversold, and no waiting family that fits stands
    behind a free seat."""
    row = fresh(session)
    assert row.seats_taken == seats_in_rows(row) <= row.seats_max
    waiting = Booking.objects.filter(session=row, state="waiting").values_list("seats", flat=True)
    assert all(seats > free_seats(row) for seats in waiting)


def test_naive_control_oversells() -> None:
    """The race is real: reading the counter before the lock gives one seat to many.

    Without this the next test would prove little.
    """
    room, families = make_room(seats=1), make_families(32)

    @operation
    def naive(family_id: int) -> bool:
        free = free_seats(Session.objects.get(pk=room.pk))  # read without a lock
        lock_one(Family, family_id)
        if free:
            Booking.objects.create(
                family_id=family_id, session_id=room.pk, seats=1, state="confirmed", made_at=NOW
            )
        return bool(free)

    together([partial(naive, family.pk) for family in families])
    assert seats_in_rows(room) > 1


def test_the_last_seat_goes_to_exactly_one_of_thirty_two() -> None:
    room = make_room(seats=1)
    results = together([booking_by(family, room) for family in make_families(32)])
    got = [booking.state for booking in results if isinstance(booking, Booking)]
    assert (len(got), got.count("confirmed"), got.count("waiting")) == (32, 1, 31)
    assert_sound(room)


def test_seats_of_different_sizes_fill_the_room_and_no_more() -> None:
    room = make_room(seats=20)
    families = [make_family(agreed=True, children=["2025-03"] * (1 + n % 3)) for n in range(30)]
    results = together([booking_by(family, room) for family in families])
    assert not [raised for raised in results if isinstance(raised, Exception)]
    assert_sound(room)


def test_a_double_tap_books_once() -> None:
    room, family = make_room(seats=5), make_family(agreed=True)
    results = together([booking_by(family, room)] * 8)
    assert len({booking.pk for booking in results if isinstance(booking, Booking)}) == 1
    assert fresh(room).seats_taken == 1


def test_one_family_two_overlapping_sessions() -> None:
    family = make_family(agreed=True)
    rooms = [make_room(starts_at=at(f"2026-12-05 09:{minute:02}")) for minute in range(0, 40, 5)]
    results = together([booking_by(family, room) for room in rooms])
    assert sum(isinstance(result, op.RulesBroken) for result in results) == len(rooms) - 1
    assert Booking.objects.filter(family=family, state__in=LIVE).count() == 1


def test_the_quota_holds_across_sessions(settings: object) -> None:
    settings.FAMILY_SESSIONS_PER_YEAR = 3  # type: ignore[attr-defined]
    family = make_family(agreed=True)
    rooms = [make_room(starts_at=at(f"2026-12-05 {hour:02}:00")) for hour in range(8, 20, 2)]
    together([booking_by(family, room) for room in rooms])
    assert Booking.objects.filter(family=family, state="confirmed").count() == 3


def test_cancel_against_book() -> None:
    room = make_room(seats=4)
    held = [book_all(family, room) for family in make_families(4)]
    results = together(
        [cancelling(b) for b in held] + [booking_by(family, room) for family in make_families(12)]
    )
    assert not [raised for raised in results if isinstance(raised, Exception)]
    assert (
        fresh(room).seats_taken == 4
    )  # offered or confirmed: nothing is left empty while families wait
    assert_sound(room)


def test_promoting_against_cancelling_in_the_line() -> None:
    room = make_room(seats=3)
    held = [book_all(family, room) for family in make_families(3)]
    line = [book_all(family, room) for family in make_families(9)]
    together([cancelling(b) for b in held] + [cancelling(b) for b in line[:6]])
    assert [fresh(booking).state for booking in line[6:]] == ["offered"] * 3
    assert_sound(room)


@pytest.mark.parametrize("answer", [op.accept_seat, op.decline_seat, op.cancel_booking])
def test_an_answer_against_the_deadline(answer: Call) -> None:
    """The clock of the answer says "in time", the sweep's says "over": one of them wins, and the
    seat is given once."""
    room = make_room(seats=2)
    held = [book_all(family, room) for family in make_families(2)]
    line = [book_all(family, room) for family in make_families(4)]
    together([cancelling(b) for b in held])
    sweep = partial(op.expire_seats, now=NOW + timedelta(hours=13))
    together([answering(answer, line[0]), sweep, answering(answer, line[1]), sweep])
    assert {fresh(b).state for b in line[:2]} <= {"confirmed", "expired", "cancelled"}
    assert_sound(room)


def test_yes_and_no_at_once_are_one_answer() -> None:
    room = make_room(seats=1)
    first, second, third = (book_all(family, room) for family in make_families(3))
    op.cancel_booking(booking_id=first.pk, actor=None, now=NOW)
    together([answering(op.accept_seat, second), answering(op.decline_seat, second)] * 4)
    assert (fresh(second).state, fresh(third).state) in [
        ("confirmed", "waiting"),
        ("cancelled", "offered"),
    ]
    assert_sound(room)


def test_staffing_falls_while_families_book() -> None:
    """Nobody who has a seat loses it; from the moment the people leave nobody gets one."""
    room = make_room(seats=8, staff=2)
    Session.objects.filter(pk=room.pk).update(seats_per_volunteer=4)

    @operation
    def leave() -> None:
        session = lock_one(Session, room.pk)
        Session.objects.filter(pk=session.pk).update(staff=F("staff") - 1)

    together([booking_by(family, room) for family in make_families(10)] + [leave])
    confirmed = states(room).count("confirmed")
    assert 4 <= confirmed <= 8
    assert_sound(room)
    assert book_all(make_family(agreed=True), room).state == "waiting"


def test_staffing_grows_while_families_come_and_go() -> None:
    room = make_room(seats=8, staff=0, shifts=(("lead", 0, 2),))
    Session.objects.filter(pk=room.pk).update(seats_per_volunteer=4)
    line = [book_all(family, room) for family in make_families(6)]
    make_assignment(volunteer=make_volunteer(), shift=room.shifts.get())
    serve = partial(op.offer_freed_seats, session_id=room.pk, now=NOW)
    together(
        [
            serve,
            serve,
            cancelling(line[0]),
            *[booking_by(family, room) for family in make_families(6)],
        ]
    )
    assert [fresh(booking).state for booking in line[1:5]] == ["offered"] * 4
    assert_sound(room)


def test_moving_across_each_other_does_not_deadlock() -> None:
    """Sessions are locked in ascending order whichever way the family moves."""
    a, b = make_room(seats=8), make_room(seats=8, starts_at=at("2026-12-05 14:00"))
    there = [book_all(family, a) for family in make_families(4)]
    back = [book_all(family, b) for family in make_families(4)]
    moves = [
        partial(op.move_booking, booking_id=booking.pk, session_id=to.pk, actor=None, now=NOW)
        for bs, to in ((there, b), (back, a))
        for booking in bs
    ]
    results = together(moves)
    assert not [raised for raised in results if isinstance(raised, Exception)]
    assert (fresh(a).seats_taken, fresh(b).seats_taken) == (4, 4)


def test_a_plans_seats_against_families_who_book() -> None:
    """A plan's seats are given all or none, and the room holds both kinds."""
    room = make_room(seats=6)
    wishes = [make_request(family=make_family()) for _ in range(4)]
    pairs = [(wish.pk, room.pk) for wish in wishes]
    give = partial(op.seat_requests, seats=pairs, actor=None, now=NOW)
    results = together([give, *[booking_by(family, room) for family in make_families(5)]])
    given = Booking.objects.filter(request__in=wishes, state="offered").count()
    assert given == (0 if isinstance(results[0], op.SeatsStale) else 4)
    assert not [raised for raised in results[1:] if isinstance(raised, Exception)]
    assert_sound(room)
