"""What is said to a family of several children names whom it is about, and what stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from backend.bookings.operations import withdraw_consent_and_seats
from backend.common import clock
from backend.families.models import Child, Family
from backend.rota.models import Session
from tests.again import show_again
from tests.bookings.room import book_all, make_room
from tests.factories import NOW, make_family, make_programme

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(days=4)
STAY = "一起去的兄弟姐妹不受影响，位子还在。"


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return NOW


@pytest.fixture
def family() -> Family:
    return make_family(children=("2025-03", "2025-05"), agreed=True)


@pytest.fixture
def browser(family: Family) -> Client:
    client = Client()
    client.force_login(family.user)
    show_again(client, family.user)
    return client


def the_two(family: Family) -> list[Child]:
    return list(family.children.order_by("pk"))


def end_consent(family: Family, child: Child) -> None:
    facts = {"family_id": family.pk, "child_id": child.pk, "purpose": "booking"}
    withdraw_consent_and_seats(**facts, actor=family.user, now=NOW)


def test_a_wish_is_offered_for_those_alone_who_may_be_planned_for(
    browser: Client, family: Family
) -> None:
    make_programme()
    first, second = the_two(family)
    page = browser.get("/f/requests/").content.decode()
    assert "都去" in page and page.count('name="child"') == 3 and "还没有同意书" not in page
    end_consent(family, second)
    page = browser.get("/f/requests/").content.decode()
    assert "都去" not in page and page.count('name="child"') == 1
    assert f"{second.nickname}还没有同意书，不能替孩子安排" in page
    assert f'value="{first.pk}"' in page


def test_where_no_child_fits_she_reads_what_she_can_do(browser: Client, family: Family) -> None:
    booking = book_all(family, make_room(seats=4, starts_at=SOON))
    page = browser.get(f"/f/bookings/{booking.pk}/children/").content.decode()
    assert "就这样" in page and "没有适合这一场的孩子" not in page
    Session.objects.filter(pk=booking.session_id).update(months_low=30, months_high=36)
    page = browser.get(f"/f/bookings/{booking.pk}/children/").content.decode()
    assert "就这样" not in page and "没有适合这一场的孩子" in page
    assert f'href="/f/bookings/{booking.pk}/move/"' in page


@pytest.mark.parametrize("both", [True, False])
def test_what_ends_for_one_child_does_not_sound_as_if_it_ended_for_the_other(
    browser: Client, family: Family, both: bool
) -> None:
    first, second = the_two(family)
    room = make_room(seats=4, starts_at=SOON, months=(12, 30))
    if both:
        book_all(family, room)
    else:
        end_consent(family, second)
        booked = {"session": room.pk, "child": first.pk}
        assert browser.post("/f/confirm/", booked).status_code == 303
    here = f"/f/me/children/{first.pk}/"
    questions = [
        (here, {"nickname": first.nickname, "year": "2023", "month": "11"}),
        (f"{here}consents/booking/", {"agree": "no"}),
        (f"{here}remove/", {}),
    ]
    for path, fields in questions:
        page = browser.post(path, fields).content.decode()
        assert "孩子不再参加" in page, path
        assert (STAY in page) is both, path
