"""A family is not forgotten when the task that would have served it was lost."""

from __future__ import annotations

import pytest

from backend.bookings.operations import serve_forgotten
from backend.outbox.models import Event
from backend.rota.models import Session
from backend.rota.operations import cancel_session
from tests.bookings.room import book_all, fresh, make_families, make_room
from tests.factories import NOW, make_assignment, make_volunteer

pytestmark = pytest.mark.django_db


def test_free_seats_go_along_the_line_though_no_task_came() -> None:
    room = make_room(seats=2, shifts=[("lead", 0, 2)])
    Session.objects.update(seats_per_volunteer=1)
    first, second, third = (book_all(family, room) for family in make_families(3))
    assert serve_forgotten(now=NOW) == 0
    make_assignment(volunteer=make_volunteer(), shift=room.shifts.get())
    assert serve_forgotten(now=NOW) == 1
    assert [fresh(b).state for b in (first, second, third)] == ["confirmed", "offered", "waiting"]


def test_bookings_of_a_cancelled_session_end_though_no_task_came() -> None:
    room, other = make_room(seats=2), make_room(seats=2)
    lost, kept = (
        book_all(family, session)
        for family, session in zip(make_families(2), (room, other), strict=True)
    )
    cancel_session(session_id=room.pk, actor=None, now=NOW)
    assert serve_forgotten(now=NOW) == 1
    assert (fresh(lost).state, fresh(kept).state) == ("cancelled", "confirmed")


def test_nothing_forgotten_nothing_told() -> None:
    book_all(*make_families(1), make_room(seats=2))
    before = Event.objects.count()
    assert serve_forgotten(now=NOW) == 0 and Event.objects.count() == before
