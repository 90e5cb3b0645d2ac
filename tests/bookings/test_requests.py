"""Seats from a published proposal: all of them or none, and every line that is gone is named."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.bookings import operations as op
from backend.bookings.models import Booking
from backend.families.models import Request
from backend.families.operations import end_consent
from backend.outbox.models import Event
from backend.rota.models import Session
from tests.bookings.room import book_all, fresh, make_room
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_booking,
    make_family,
    make_request,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
BY = NOW + timedelta(hours=24)


def wish(**fields: Any) -> Request:
    return make_request(family=make_family(children=fields.pop("children", ["2025-03"])), **fields)


def seat(*pairs: tuple[Request, Session], **changes: Any) -> list[Booking]:
    return op.seat_requests(
        **({"seats": [(q.pk, s.pk) for q, s in pairs], "actor": None, "now": NOW} | changes)
    )


def stale(*pairs: tuple[Request, Session]) -> list[tuple[int, int, str]]:
    with pytest.raises(op.SeatsStale) as refused:
        seat(*pairs)
    return [
        (line.request_id, line.session_id, line.reason) for line in refused.value.facts["lines"]
    ]


def test_seats_are_offered_until_the_answer() -> None:
    room, one, two = make_room(seats=3), wish(), wish(children=["2025-03", "2025-01"])
    made = seat((one, room), (two, room))
    assert [(b.state, b.seats, b.answer_by, b.request) for b in made] == [
        ("offered", 1, BY, one),
        ("offered", 2, BY, two),
    ]
    assert set(made[1].children.all()) == set(two.family.children.all())
    assert fresh(room).seats_taken == 3
    event = Event.objects.get()
    assert (event.kind, event.payload["offered"]) == ("seat_offered", [b.pk for b in made])


def test_a_wish_for_one_child_seats_that_one() -> None:
    room, both = make_room(seats=3), wish(children=["2025-03", "2025-01"])
    first, second = both.family.children.order_by("pk")
    both.children.set([second])
    (made,) = seat((both, room))
    assert (made.seats, list(made.children.all())) == (1, [second])
    assert fresh(room).seats_taken == 1
    end_consent(
        family_id=both.family_id, child_id=second.pk, purpose="booking", actor=None, now=NOW
    )
    assert stale((both, make_room(seats=3))) == [(both.pk, Session.objects.last().pk, "request")]  # type: ignore[union-attr]
    assert first in both.family.children.all()


def test_again_offers_nothing_new() -> None:
    room, one = make_room(), wish()
    assert seat((one, room)) == seat((one, room))
    assert (Booking.objects.count(), Event.objects.count(), fresh(room).seats_taken) == (1, 1, 1)


def test_inside_a_publication_it_records_no_event_of_its_own() -> None:
    one = wish()
    seated = op.seat_requests_that_fit(seats=[(one.pk, make_room().pk)], now=NOW)
    assert ([b.request_id for b in seated.bookings], seated.stale) == ([one.pk], ())
    assert not Event.objects.exists()


def test_every_line_that_is_gone_is_named_and_nothing_is_written() -> None:
    room, full, cancelled = make_room(seats=3), make_room(seats=1), make_room(state="cancelled")
    book_all(make_family(agreed=True), full)
    closed, old, booked, good = wish(state="closed"), wish(children=["2020-01"]), wish(), wish()
    make_booking(family=booked.family, session=room)
    late = wish()
    lines = stale(
        (closed, room), (old, room), (booked, room), (late, full), (late, cancelled), (good, room)
    )
    assert lines == [
        (closed.pk, room.pk, "request"),
        (old.pk, room.pk, "age"),
        (booked.pk, room.pk, "booked"),
        (late.pk, full.pk, "seats"),
        (late.pk, cancelled.pk, "session"),
    ]
    assert Booking.objects.filter(request__isnull=False).count() == 0
    assert fresh(room).seats_taken == 1


def test_lines_of_one_call_see_each_other() -> None:
    room, other = make_room(seats=1), make_room(starts_at=at("2026-12-05 10:00"))
    one, two = wish(), wish()
    assert stale((one, room), (two, room)) == [(two.pk, room.pk, "seats")]
    assert stale((one, room), (one, other)) == [(one.pk, other.pk, "family_overlap")]


def test_who_waits_for_the_session_comes_before_a_wish() -> None:
    room = make_room(seats=2, staff=0)
    book_all(make_family(agreed=True), room)
    make_assignment(
        volunteer=make_volunteer(), shift=room.shifts.get()
    )  # two seats now, one of them for the line
    one, two = wish(), wish()
    assert stale((one, room), (two, room)) == [(two.pk, room.pk, "seats")]
    assert len(seat((one, room))) == 1


def test_a_home_visit_goes_to_the_wish_that_names_it() -> None:
    visit = make_room(group="visit-7")
    assert stale((wish(), visit)) == [(Request.objects.latest("pk").pk, visit.pk, "reserved")]
    assert seat((wish(group="visit-7"), visit))[0].state == "offered"


def test_who_avoids_each_other_does_not_meet() -> None:
    room, one = make_room(), wish()
    one.family.avoids.create(volunteer=room.assignments.get().volunteer)
    assert stale((one, room)) == [(one.pk, room.pk, "avoid")]


def test_a_near_session_is_to_be_answered_in_half_of_the_time_that_is_left() -> None:
    room = make_room(starts_at=NOW + timedelta(hours=5))
    assert seat((wish(), room))[0].answer_by == NOW + timedelta(hours=2, minutes=30)


def test_as_many_statements_for_thirty_as_for_three() -> None:
    def statements(count: int) -> int:
        pairs = [(wish(), make_room(seats=2)) for _ in range(count)]
        with CaptureQueriesContext(connection) as seen:
            seat(*pairs)
        return len(seen)

    assert statements(3) == statements(30) <= 16
