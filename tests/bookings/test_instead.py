"""What else a family is told of when its session does not take place: only what it could really
book, with seats for all its children."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.bookings.models import Booking
from backend.bookings.operations import cancel_bookings_of_session
from backend.bookings.queries import instead_of
from backend.families.models import Avoid
from backend.notifications.facts import booking_called_off
from backend.rota.models import Assignment, Rota, Session
from backend.rota.operations import cancel_session
from backend.words.messages import WORDS
from tests.bookings.room import book_all, make_families, make_room
from tests.factories import NOW, at, make_coordinator, make_family, make_programme, make_rota

pytestmark = pytest.mark.django_db
LOST = at("2026-12-05 09:30")


def a_class(rota: Rota, day: int, **fields: Any) -> Session:
    begins = LOST + timedelta(days=day)
    return make_room(**({"starts_at": begins, "rota": rota} | fields))


@pytest.fixture
def lost(rota: Rota) -> Session:
    return a_class(rota, 0)


@pytest.fixture
def rota() -> Rota:
    return make_rota()


def beside(lost: Session, day: int, **fields: Any) -> Session:
    return a_class(lost.rota, day, **fields)


def named(booking: Booking) -> list[int]:
    return [session.pk for session in instead_of([booking], NOW)[booking.pk]]


def test_the_first_two_that_fit_in_order_of_time(lost: Session) -> None:
    booking = book_all(make_family(), lost)
    later, last, first = (beside(lost, day) for day in (3, 4, 1))
    assert named(booking) == [first.pk, later.pk]
    assert last.pk not in named(booking)


def test_nothing_is_named_that_she_could_not_book(lost: Session) -> None:
    family = make_family(children=("2025-03", "2025-04"))
    booking = book_all(family, lost)
    beside(lost, 1, seats=1)  # she has two children
    beside(lost, 2, months=(25, 36))  # too old for them
    beside(lost, 3, staff=0)  # without a minder
    beside(lost, 4, point=(26.9, 119.3))  # out of reach
    beside(lost, 5, programme=make_programme(code="other"))
    beside(lost, 30)  # farther ahead than anybody asks
    in_line = beside(lost, 6, seats=2)
    for other in make_families(3):
        book_all(other, in_line)
    at_once = beside(lost, 7)
    book_all(family, at_once)
    beside(lost, 7)  # her children are elsewhere at that time
    avoided = beside(lost, 8)
    tutor = Assignment.objects.get(session=avoided).volunteer
    Avoid.objects.create(family=family, volunteer=tutor)
    assert named(booking) == []
    fits = beside(lost, 9)
    assert named(booking) == [fits.pk]


def test_as_many_statements_for_a_whole_class_as_for_one(lost: Session) -> None:
    beside(lost, 1)
    bookings = [book_all(family, lost) for family in make_families(6)]
    counts = []
    for asked in (bookings[:1], bookings):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            instead_of([*Booking.objects.filter(pk__in=[b.pk for b in asked])], NOW)
        counts.append(len(seen) - len(asked))  # the session of each, which the caller loads
    assert counts[0] == counts[1]


def test_the_message_of_a_cancelled_session_names_them(lost: Session) -> None:
    booking = book_all(make_family(), lost)
    other = beside(lost, 3)
    cancel_session(
        session_id=lost.pk,
        because="停电",
        actor=make_coordinator(organisation=lost.rota.organisation),
        now=NOW,
    )
    cancel_bookings_of_session(session_id=lost.pk, actor=None, now=NOW)
    about = booking_called_off([booking.pk], NOW)
    said = WORDS["booking_called_off"]([*about.values()], NOW).text
    assert other.venue is not None
    assert "还有位子、也合适的：" in said
    assert f"12 月 8 日 周二 9:30–10:30，{other.venue.name}" in said
