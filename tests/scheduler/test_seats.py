"""What follows for families when a session gets more people, a larger room, or is called off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.bookings.models import Booking
from backend.common.clock import local_day, now
from backend.families.models import Family
from backend.rota.models import Session
from backend.rota.operations import cancel_session
from scheduler.tasks.seats import end_bookings, serve_each_line, serve_line, serve_lines
from tests.factories import born, make_booking, make_family, make_rota, make_session, make_shift

pytestmark = pytest.mark.django_db


def family() -> Family:
    """With a child that is of the right age today."""
    return make_family(children=(born(local_day(now()), months=20),))


def full_session(**fields: object) -> tuple[Session, Booking, Booking]:
    """One volunteer for one child: one family has the seat, another waits."""
    session = make_session(
        rota=make_rota(),
        starts_at=now() + timedelta(days=9),
        shifts=[("lead", 1, 1)],
        seats=(0, 9, 1),
        **fields,
    )
    Session.objects.filter(pk=session.pk).update(staff=1)
    return (
        session,
        make_booking(family=family(), session=session),
        make_booking(family=family(), session=session, state="waiting"),
    )


def test_a_second_pair_of_hands_lets_the_next_family_in() -> None:
    session, _, waiting = full_session()
    serve_line(session.pk)
    assert Booking.objects.get(pk=waiting.pk).state == "waiting"
    make_shift(session=session, role="helper")
    Session.objects.filter(pk=session.pk).update(staff=2)
    serve_line(session.pk)
    serve_line(session.pk)  # a task may come twice
    assert Booking.objects.get(pk=waiting.pk).state == "offered"


def test_publishing_serves_every_line_of_the_rota() -> None:
    session, _, waiting = full_session()
    Session.objects.filter(pk=session.pk).update(staff=2)
    serve_lines(session.rota_id)
    assert Booking.objects.get(pk=waiting.pk).state == "offered"


def test_asking_by_hand_serves_the_lines_of_the_sessions_asked_for() -> None:
    session, _, waiting = full_session()
    Session.objects.filter(pk=session.pk).update(staff=2)
    serve_each_line([session.pk])
    assert Booking.objects.get(pk=waiting.pk).state == "offered"


def test_a_session_called_off_ends_its_bookings() -> None:
    session, booked, waiting = full_session()
    end_bookings(session.pk)
    assert Booking.objects.get(pk=booked.pk).state == "confirmed"  # it takes place
    cancel_session(session_id=session.pk, actor=None, now=now())
    end_bookings(session.pk)
    assert set(
        Booking.objects.filter(pk__in=[booked.pk, waiting.pk]).values_list("state", flat=True)
    ) == {"cancelled"}
