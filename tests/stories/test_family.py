"""A family's story, told through its pages: booked, waiting, moved up, asked, seated; and the
plan's seats for a wish."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.bookings.models import Booking
from backend.bookings.operations import expire_seats, offer_freed_seats, seat_requests
from backend.common import clock
from backend.families.models import Family
from backend.outbox.models import Event
from backend.rota.models import Session
from tests.bookings.room import fresh, make_families, make_room
from tests.factories import NOW, at, make_assignment, make_request, make_volunteer

pytestmark = pytest.mark.django_db


class Clock:
    """The platform's clock, moved by the story."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> object:
        return self.time


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moving = Clock()
    monkeypatch.setattr(clock, "now", moving.now)
    return moving


def phone_of(family: Family) -> Client:
    client = Client()
    client.force_login(family.user)
    return client


def books(family: Family, session: Session) -> str:
    fields = {
        "session": session.pk,
        "shown": session.pk,
        "child": [child.pk for child in family.children.all()],
    }
    return phone_of(family).post(reverse("family:confirm"), fields, follow=True).content.decode()


def sees(family: Family, path: str = "/f/bookings/") -> str:
    return phone_of(family).get(path).content.decode()


def booking_of(family: Family) -> Booking:
    return family.bookings.latest("pk")


def presses(family: Family, name: str, **fields: str) -> str:
    return (
        phone_of(family)
        .post(reverse(f"family:{name}", args=[booking_of(family).pk]), fields, follow=True)
        .content.decode()
    )


def test_a_freed_seat_goes_along_the_line(time: Clock) -> None:
    """One seat, four families: the first books, the others wait; the seat passes from hand to hand
    in their order."""
    lesson = make_room(seats=1, title="抓一抓、捏一捏", starts_at=at("2026-12-02 09:30"))
    grape, orange, plum, lychee = make_families(4)
    assert "约好了" in books(grape, lesson)
    for place, family in enumerate((orange, plum, lychee), 1):
        assert f"候补第 {place} 位" in books(family, lesson)

    assert "取消了" in presses(grape, "cancel", asked="yes")
    assert (
        "要这个位子" in sees(orange)
        and "候补第 1 位" in sees(plum)
        and "候补第 2 位" in sees(lychee)
    )
    assert (
        f"family.{orange.pk}" in Event.objects.filter(kind="seat_offered").latest("pk").streams
    )  # her open page is told at once

    assert "位子已经去问候补的下一家" in presses(orange, "answer_seat", answer="no")
    assert "要这个位子" in sees(plum) and "要这个位子" not in sees(lychee)

    time.time += timedelta(hours=25)
    assert expire_seats(now=time.now()) == 1
    assert "回复时间过了" in presses(plum, "answer_seat", answer="yes")
    page = presses(lychee, "answer_seat", answer="yes")
    assert "约好了" in page and booking_of(lychee).code in page
    assert fresh(lesson).seats_taken == 1


def test_another_volunteer_opens_seats(time: Clock) -> None:
    """Nobody is on duty yet: the family waits; a volunteer takes the shift and the line is
    served."""
    lesson = make_room(seats=4, staff=0, starts_at=at("2026-12-02 09:30"))
    (family,) = make_families(1)
    assert "候补第 1 位" in books(family, lesson)
    make_assignment(volunteer=make_volunteer(), shift=lesson.shifts.get())
    offer_freed_seats(session_id=lesson.pk, now=time.now())  # what the event of her claim leads to
    assert "约好了" in presses(family, "answer_seat", answer="yes")


def test_a_wish_is_answered_by_the_plan(time: Clock) -> None:
    """The plan seats the family; nothing is settled before the family says so."""
    lesson = make_room(seats=4, title="爬一爬", starts_at=at("2026-12-02 09:30"))
    (family,) = make_families(1)
    wish = make_request(family=family)
    seat_requests(
        seats=[(wish.pk, lesson.pk)],
        actor=None,
        now=time.now(),
    )
    page = sees(family, "/f/")
    assert "有位子了，请在明天 12:00 前回复" in page and "爬一爬" in page
    assert booking_of(family).state == "offered"
    assert "约好了" in presses(family, "answer_seat", answer="yes")
