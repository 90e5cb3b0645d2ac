"""However much is due at one minute, a task ends at a piece's end, and its next turn goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from backend.bookings.models import Booking
from backend.common import clock as common_clock
from backend.rota.models import Offer, Session
from backend.rota.operations import answering
from scheduler import limits
from scheduler.tasks import clock, seats
from scheduler.timetable import TIMETABLE
from tests.bookings.room import book_all, make_families, make_room
from tests.factories import NOW, make_booking, make_family, make_offer, make_session, make_volunteer

THREE = range(3)
WHOLE_TURN = limits.PIECES  # before a test makes it shorter


@pytest.fixture(autouse=True)
def one_piece_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PIECES", 0)
    monkeypatch.setattr(answering, "BATCH", 1)
    monkeypatch.setattr(common_clock, "now", lambda: NOW)


def left_after_each_turn(task: Callable[[], None], left: Callable[[], int]) -> list[int]:
    counted = []
    for _ in THREE:
        task()
        counted.append(left())
    return counted


@pytest.mark.django_db
def test_seats_that_are_due_together_are_ended_piece_by_piece() -> None:
    for _ in THREE:
        make_booking(
            family=make_family(),
            session=make_session(seats=(0, 1, 1)),
            state="offered",
            answer_by=NOW - timedelta(minutes=1),
        )
    due = Booking.objects.filter(state="offered")
    assert left_after_each_turn(clock.expire_seats, due.count) == [2, 1, 0]


@pytest.mark.django_db
def test_offers_that_are_due_together_are_ended_piece_by_piece() -> None:
    for _ in THREE:
        make_offer(
            volunteer=make_volunteer(),
            shift=make_session().shifts.get(),
            answer_by=NOW - timedelta(minutes=1),
        )
    due = Offer.objects.filter(state="pending")
    assert left_after_each_turn(clock.expire_offers, due.count) == [2, 1, 0]


def rooms_with_a_freed_seat() -> list[Session]:
    rooms = [make_room(seats=1, starts_at=NOW + timedelta(days=3)) for _ in THREE]
    for room in rooms:
        held, _ = (book_all(family, room) for family in make_families(2))
        Booking.objects.filter(pk=held.pk).update(state="cancelled")
    Session.objects.update(seats_taken=0)
    return rooms


@pytest.mark.django_db
def test_lines_that_move_together_are_served_piece_by_piece() -> None:
    rooms = rooms_with_a_freed_seat()
    waiting = Booking.objects.filter(state="waiting")
    seats.serve_each_line([room.pk for room in rooms])
    assert waiting.count() == 2
    clock.serve_forgotten()
    assert waiting.count() == 1
    seats.serve_lines(Booking.objects.get(state="waiting").session.rota_id)
    assert waiting.count() == 0


def test_a_turn_is_over_before_the_next_one_begins() -> None:
    sweeps = {TIMETABLE[name]["schedule"] for name in ("expire_offers", "expire_seats")}
    assert min(sweeps) > WHOLE_TURN and WHOLE_TURN * 2 <= limits.SHORT
