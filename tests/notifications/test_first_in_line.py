"""A family that comes to stand first in a line hears of it, once; who always stood there, or stands
there no more, does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.bookings.models import Booking
from backend.bookings.operations import cancel_booking
from backend.notifications.models import Delivery
from backend.rota.models import Session
from tests.bookings.room import make_room
from tests.factories import NOW, make_booking, make_family
from tests.notifications.post import tell

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def session() -> Session:
    return make_room(seats=1, starts_at=NOW + timedelta(days=7))


def line(session: Session, *states: str) -> list[Booking]:
    """One family after the other, a minute apart."""
    return [
        make_booking(
            session=session,
            family=make_family(with_user=True),
            state=state,
            code="" if state == "waiting" else f"{n:04}",
            made_at=NOW - timedelta(hours=5) + timedelta(minutes=n),
        )
        for n, state in enumerate(states)
    ]


def give_up(booking: Booking) -> None:
    cancel_booking(booking_id=booking.pk, actor=booking.family.user, now=NOW)


def told() -> list[tuple[int, list[int]]]:
    tell(now=LATER)
    rows = Delivery.objects.filter(kind="line_first", state=Delivery.State.SENT).order_by("pk")
    return [(row.family_id or 0, row.subjects) for row in rows]


def test_the_first_of_the_line_gives_up(session: Session) -> None:
    _has, first, second, _third = line(session, "confirmed", "waiting", "waiting", "waiting")
    give_up(first)
    assert told() == [(second.family_id, [second.pk])]
    row = Delivery.objects.get(kind="line_first")
    assert "前面没有人等了" in row.text and row.link.endswith(f"/{second.pk}/")


def test_a_seat_comes_free_and_is_offered(session: Session) -> None:
    has, _first, second, _third = line(session, "confirmed", "waiting", "waiting", "waiting")
    give_up(has)
    assert told() == [(second.family_id, [second.pk])]


def test_who_gives_up_behind_moves_nobody(session: Session) -> None:
    _has, _first, second = line(session, "confirmed", "waiting", "waiting")
    give_up(second)
    assert told() == []


def test_it_is_told_once(session: Session) -> None:
    has, first, second, _third = line(session, "confirmed", "waiting", "waiting", "waiting")
    give_up(first)
    assert len(told()) == 1
    give_up(has)
    assert [family for family, _what in told()][:1] == [second.family_id]
    rows = Delivery.objects.filter(kind="line_first", family=second.family_id)
    assert rows.count() == 1


def test_who_stands_there_no_more_when_it_would_be_told_hears_nothing(session: Session) -> None:
    _has, first, second, third = line(session, "confirmed", "waiting", "waiting", "waiting")
    give_up(first)
    give_up(second)
    assert told() == [(third.family_id, [third.pk])]
