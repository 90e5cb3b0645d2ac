"""A class of the next day that has no minder any more: its families say whether they come."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.bookings.models import Booking
from backend.bookings.operations import (
    accept_seat,
    ask_families_again,
    cancel_booking,
    expire_seats,
    move_booking,
)
from backend.bookings.queries import StaySaid, asked_to_stay, stay_said
from backend.common import clock
from backend.notifications.links import Purpose, link_to
from backend.rights.queries import family_file
from backend.rota.agreed import Agreed
from backend.rota.models import Assignment, Session
from backend.rota.operations import withdraw_assignment
from tests.again import show_again
from tests.bookings.room import fresh, make_families, make_room
from tests.factories import NOW, make_assignment, make_booking, make_coordinator, make_volunteer
from tests.web.tapping import tap

pytestmark = pytest.mark.django_db
STARTS = NOW + timedelta(hours=20)
BY = STARTS - timedelta(hours=2)


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def session() -> Session:
    """Four families have a seat each; its minder cannot come."""
    made = make_room(starts_at=STARTS, seats=6, title="抓一抓")
    for family in make_families(4):
        make_booking(family=family, session=made)
    for place in Assignment.objects.filter(session=made, state="active"):
        withdraw_assignment(assignment_id=place.pk, actor=None, now=NOW)
    return fresh(made)


def of(session: Session) -> list[Booking]:
    return list(session.bookings.select_related("session", "family__user").order_by("pk"))


def asked(session: Session, now: datetime = NOW) -> list[int]:
    return sorted(asked_to_stay(of(session), now))


def test_each_says_one_of_three_things_and_the_desk_sees_the_count(session: Session) -> None:
    stays, leaves, moves, silent = of(session)
    assert asked(session) == [b.pk for b in (stays, leaves, moves, silent)]
    accept_seat(booking_id=stays.pk, actor=None, now=NOW)
    cancel_booking(booking_id=leaves.pk, actor=None, now=NOW)
    other = make_room(starts_at=STARTS + timedelta(days=1), rota=session.rota)
    move_booking(booking_id=moves.pk, session_id=other.pk, actor=None, now=NOW)
    assert asked(session) == [silent.pk]
    assert stay_said(session, NOW) == StaySaid(stays=1, left=2, silent=1, by=BY)
    assert stay_said(session, BY) == StaySaid(stays=1, left=2, silent=1, by=None)
    assert "'comes_without_a_teacher': True" in str(family_file(stays.family, None))


def test_silence_costs_nobody_her_seat(session: Session) -> None:
    assert asked(session, BY - timedelta(minutes=1)) and asked(session, BY) == []
    assert expire_seats(now=BY) == 0
    assert {b.state for b in of(session)} == {Booking.State.CONFIRMED}


def test_nobody_is_asked_earlier_nor_where_somebody_leads(session: Session) -> None:
    assert asked(session, STARTS - timedelta(hours=24, minutes=1)) == []
    first = of(session)[0]
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    assert asked(session) == [] and stay_said(session, NOW) is None
    accept_seat(booking_id=first.pk, actor=None, now=NOW)
    assert fresh(first).stays is None


def test_one_tap_on_her_page_says_it(session: Session) -> None:
    for booking, answer, after in zip(of(session), ("yes", "no"), (True, False), strict=False):
        browser = Client()
        browser.force_login(booking.family.user)
        show_again(browser, booking.family.user)
        page = browser.get(reverse("family:bookings")).content.decode()
        assert "现在没有老师带课，还来吗？" in page
        assert reverse("family:move", args=[booking.pk]) in page
        browser.post(reverse("family:answer_seat", args=[booking.pk]), {"answer": answer})
        assert fresh(booking).stays is after
        assert (fresh(booking).state == Booking.State.CONFIRMED) is after
        later = browser.get(reverse("family:bookings")).content.decode()
        assert "现在没有老师带课，还来吗？" not in later


def test_one_tap_on_a_message_says_it_and_the_coordinator_reads_it(session: Session) -> None:
    booking = of(session)[0]
    link = link_to(Purpose.ATTENDING, person=booking.family_id, subject=booking.pk, until=STARTS)
    assert tap(Client(), link).status_code == 200
    assert fresh(booking).stays is True
    desk = Client()
    desk.force_login(make_coordinator(organisation=session.rota.organisation))
    page = desk.get(reverse("coordinator:session", args=[session.pk])).content.decode()
    assert "1 家还来，0 家不来了，3 家没回复" in page


def test_what_was_said_of_another_time_is_not_said_of_this_one(session: Session) -> None:
    (first, *_rest) = of(session)
    accept_seat(booking_id=first.pk, actor=None, now=NOW)
    before = Agreed.of(session)
    Session.objects.filter(pk=session.pk).update(
        starts_at=STARTS + timedelta(days=1), ends_at=STARTS + timedelta(days=1, hours=1)
    )
    ask_families_again(session_id=session.pk, before=before, actor=None, now=NOW)
    first.refresh_from_db()
    assert (first.state, first.stays) == (Booking.State.ASKED, None)
