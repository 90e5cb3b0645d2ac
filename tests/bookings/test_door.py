"""At the door: a family came, or had a seat and was absent; seats are counted as they are held."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backend.bookings.models import HOLDS_SEATS, Booking
from backend.bookings.operations import DoorClosed, NoSeatThere, note_family, note_rest_absent
from backend.bookings.policy import still_counts
from backend.rota.models import Session
from tests.factories import (
    at,
    make_assignment,
    make_booking,
    make_family,
    make_session,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
BEGINS = at("2026-12-05 09:30")
ENDS = at("2026-12-05 10:30")
SECOND = timedelta(seconds=1)


def class_with(*states: str) -> tuple[Session, list[Booking]]:
    """A class with a family of one child in each of these states."""
    session = make_session(starts_at=BEGINS, seats=(0, 10, 10))
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    fields = {"answer_by": BEGINS}
    made = [
        make_booking(
            family=make_family(),
            session=session,
            state=state,
            **(fields if state in ("offered", "asked") else {}),
        )
        for state in states
    ]
    return session, made


def states(session: Session) -> list[str]:
    """Of the bookings in their order; the counter says what the rows say."""
    rows = session.bookings.order_by("pk")
    held = sum(row.seats for row in rows if row.state in HOLDS_SEATS)
    session.refresh_from_db()
    assert session.seats_taken == held
    return [row.state for row in rows]


def came(booking: Booking, now: datetime, *, came: bool = True) -> None:
    note_family(booking_id=booking.pk, came=came, actor=make_user(), now=now)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (BEGINS - timedelta(minutes=45) - SECOND, False),
        (BEGINS - timedelta(minutes=45), True),
        (ENDS + timedelta(days=7) - SECOND, True),
        (ENDS + timedelta(days=7), False),
    ],
)
def test_the_door_is_open_from_three_quarters_before_to_a_week_after(
    now: datetime, opens: bool
) -> None:
    session, (booking,) = class_with("confirmed")
    if opens:
        came(booking, now)
        assert states(session) == ["attended"]
    else:
        with pytest.raises(DoorClosed):
            came(booking, now)
        assert states(session) == ["confirmed"]


def test_a_slip_is_taken_back() -> None:
    session, (booking,) = class_with("confirmed")
    came(booking, BEGINS)
    came(booking, BEGINS)
    came(booking, BEGINS, came=False)
    assert states(session) == ["confirmed"]


def test_who_did_not_come_was_absent_and_may_have_been_there_after_all() -> None:
    session, bookings = class_with("confirmed", "confirmed", "asked", "waiting", "cancelled")
    came(bookings[0], BEGINS)
    with pytest.raises(DoorClosed):
        note_rest_absent(session_id=session.pk, actor=make_user(), now=ENDS - SECOND)
    assert note_rest_absent(session_id=session.pk, actor=make_user(), now=ENDS) == 2
    assert states(session) == ["attended", "absent", "absent", "waiting", "cancelled"]
    assert note_rest_absent(session_id=session.pk, actor=make_user(), now=ENDS) == 0
    came(bookings[1], ENDS + timedelta(days=1))
    assert states(session)[1] == "attended"
    assert not still_counts(Booking.objects.get(pk=bookings[1].pk), ENDS)


@pytest.mark.parametrize("state", ["waiting", "cancelled", "expired", "offered"])
def test_who_has_no_seat_did_not_come_with_one(state: str) -> None:
    session, (booking,) = class_with(state)
    with pytest.raises(NoSeatThere):
        came(booking, BEGINS)
    assert states(session) == [state]
