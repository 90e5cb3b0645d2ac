"""The checks of this folder see what they are for: each is shown the thing that it must find."""

from __future__ import annotations

import pytest
from django.db import connection

from backend.bookings.models import Booking
from backend.outbox.models import Event, Stream
from backend.rota.models import Assignment, Session
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_booking,
    make_family,
    make_rota,
    make_session,
    make_volunteer,
)
from tests.faults import invariants
from tests.faults.cast import moment, monday

pytestmark = pytest.mark.django_db


def seen(check: str) -> int:
    return len(getattr(invariants, check)())


def test_a_healthy_platform_has_nothing_to_say() -> None:
    session = make_session(seats=(0, 4, 4))
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    make_booking(family=make_family(), session=session)
    assert invariants.findings(invariants.ALWAYS + invariants.IN_THE_END) == []


def test_a_place_and_a_seat_sold_twice() -> None:
    session = make_session(seats=(0, 1, 1))
    shift = session.shifts.get()
    make_assignment(volunteer=make_volunteer(), shift=shift)
    make_booking(family=make_family(), session=session)
    assert seen("oversold") == 0
    Assignment.objects.create(
        volunteer=make_volunteer(), shift=shift, session=session, origin="picked", made_at=NOW
    )
    Booking.objects.update(seats=2)
    assert seen("oversold") == 2 and seen("wrong_counters") == 2


def test_somebody_in_two_places() -> None:
    her, rota = make_volunteer(), make_rota()
    for hour in ("09:30", "10:30"):
        make_assignment(
            volunteer=her,
            shift=make_session(rota=rota, starts_at=at(f"2026-12-05 {hour}")).shifts.get(),
        )
    assert seen("in_two_places") == 0  # back to back
    with connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE rota_assignment DROP CONSTRAINT "
            "one_place_at_a_time"
        )  # the database would not let us
    make_assignment(
        volunteer=her, shift=make_session(rota=rota, starts_at=at("2026-12-05 10:00")).shifts.get()
    )
    assert seen("in_two_places") == 2


def test_a_family_in_two_places() -> None:
    family, rota = make_family(), make_rota()
    for hour in ("09:30", "10:30"):
        make_booking(
            family=family,
            session=make_session(rota=rota, starts_at=at(f"2026-12-05 {hour}"), seats=(0, 4, 4)),
        )
    assert seen("families_in_two_places") == 0  # back to back
    make_booking(
        family=family,
        session=make_session(rota=rota, starts_at=at("2026-12-05 10:00"), seats=(0, 4, 4)),
    )
    assert seen("families_in_two_places") == 2


def test_a_counter_that_drifted() -> None:
    make_session(seats=(0, 4, 4))
    Session.objects.update(staff=1)
    assert seen("wrong_counters") == 1


def test_a_number_that_is_missing() -> None:
    for seq in (1, 2, 4):
        Event.objects.create(seq=seq, kind="session_changed", streams=[], at=NOW)
    Stream.objects.update_or_create(name="events", defaults={"last_seq": 4})
    assert seen("gaps") == 1


def test_a_family_that_waits_beside_a_free_seat() -> None:
    rota = make_rota(starts_on=monday(1))
    session = make_session(rota=rota, starts_at=moment(rota, 2, 9), seats=(0, 4, 4))
    make_booking(family=make_family(), session=session, state="waiting")
    assert seen("forgotten_families") == 0
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    assert seen("forgotten_families") == 1


def test_a_booking_of_a_cancelled_session() -> None:
    session = make_session(seats=(0, 4, 4), state="cancelled")
    make_booking(family=make_family(), session=session)
    assert seen("bookings_of_cancelled_sessions") == 1
