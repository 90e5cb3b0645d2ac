"""What a plan found for one wish stands in one card, and is had with one tap or one by one."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from backend.bookings.models import Booking
from backend.bookings.operations import seat_requests
from backend.common import clock
from backend.families.models import Request
from backend.rota.models import Session
from tests.bookings.room import make_room
from tests.factories import NOW, at, make_booking, make_family, make_request

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def offered(many: int) -> tuple[Request, list[Booking], Client]:
    wish = make_request(family=make_family(agreed=True))
    rooms = [make_room(starts_at=at(f"2026-12-0{2 + n} 09:30")) for n in range(many)]
    found = seat_requests(seats=[(wish.pk, room.pk) for room in rooms], actor=None, now=NOW)
    browser = Client()
    browser.force_login(wish.family.user)
    return wish, found, browser


def all_of_them(browser: Client, page: str) -> str:
    text = browser.get(reverse(page)).content.decode()
    found = re.search(r'name="seats"\s+value="([^"]*)"', text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("page", ["family:book", "family:bookings", "family:offers_fragment"])
def test_one_card_for_a_wish(page: str) -> None:
    _wish, found, browser = offered(3)
    text = browser.get(reverse(page)).content.decode()
    assert text.count("心愿有 3 场") == 2  # to read, and to hear
    assert text.count("3 场全要") == 1
    for booking in found:
        assert text.count(reverse("family:answer_seat", args=[booking.pk])) == 2  # yes and no


@pytest.mark.parametrize("page", ["family:book", "family:bookings"])
def test_what_is_answered_by_one_moment_stands_in_the_order_of_time(page: str) -> None:
    wish = make_request(family=make_family(agreed=True))
    rooms = [make_room(starts_at=at(f"2026-12-0{day} 09:30")) for day in (4, 2, 3)]
    found = seat_requests(seats=[(wish.pk, one.pk) for one in rooms], actor=None, now=NOW)
    browser = Client()
    browser.force_login(wish.family.user)
    text = browser.get(reverse(page)).content.decode()
    of_day = dict(zip((4, 2, 3), found, strict=True))
    places = [text.index(reverse("family:answer_seat", args=[of_day[day].pk])) for day in (2, 3, 4)]
    assert places == sorted(places)


def test_a_single_one_stands_as_before() -> None:
    _wish, _found, browser = offered(1)
    text = browser.get(reverse("family:bookings")).content.decode()
    assert "有位子了，请在" in text and "全要" not in text


def test_all_with_one_tap() -> None:
    _wish, found, browser = offered(2)
    seats = all_of_them(browser, "family:bookings")
    answer = browser.post(reverse("family:accept_all"), {"seats": seats}, follow=True)
    assert "约好了 2 场" in answer.content.decode()
    assert {b.state for b in Booking.objects.all()} == {"confirmed"}
    again = browser.post(reverse("family:accept_all"), {"seats": seats}, follow=True)
    assert again.status_code == 200 and "约好了 2 场" not in again.content.decode()
    assert len(found) == Booking.objects.count()


def test_terms_that_were_not_shown_are_not_agreed_to() -> None:
    _wish, found, browser = offered(2)
    seats = " ".join(f"{booking.pk}:" for booking in found)
    browser.post(reverse("family:accept_all"), {"seats": seats})
    assert {b.state for b in Booking.objects.all()} == {"offered"}


def test_what_cannot_be_had_any_more_is_named_and_the_others_are_hers() -> None:
    _wish, found, browser = offered(2)
    seats = all_of_them(browser, "family:bookings")
    later = {"starts_at": at("2026-12-02 10:30"), "ends_at": at("2026-12-02 11:30")}
    Session.objects.filter(pk=found[0].session_id).update(**later)
    answer = browser.post(reverse("family:accept_all"), {"seats": seats}, follow=True)
    text = answer.content.decode()
    assert "约好了 1 场" in text and f"「{found[0].session.title}」：" in text
    states = dict(Booking.objects.values_list("pk", "state"))
    assert states == {found[0].pk: "offered", found[1].pk: "confirmed"}


def test_another_family_cannot() -> None:
    _wish, found, _browser = offered(2)
    other = make_family(agreed=True)
    make_booking(family=other, session=found[0].session)
    stranger = Client()
    stranger.force_login(other.user)
    seats = f"{found[0].pk}: x 9999999:a"
    assert stranger.post(reverse("family:accept_all"), {"seats": seats}).status_code == 404
    assert Booking.objects.get(pk=found[0].pk).state == "offered"
