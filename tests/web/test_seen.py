"""A yes is to what she saw: a page that was opened before a session was moved says so, and shows
what it is now, before it takes her word."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from backend.bookings.models import Booking
from backend.bookings.operations import ask_families_again
from backend.common import clock
from backend.families.models import Family
from backend.notifications.links import Purpose, link_to
from backend.rota.agreed import Agreed
from backend.rota.models import Assignment, Offer, Session
from backend.volunteers.models import Volunteer
from tests.bookings.room import make_room
from tests.factories import NOW, at, make_booking, make_family, make_offer, make_volunteer
from tests.rota.test_asked_again import change

pytestmark = pytest.mark.django_db
MORNING = at("2026-12-01 09:30")
EVENING = at("2026-12-01 16:00")
SCRIPT = {"HX-Request": "true"}
CHANGED = "这一场刚刚改了，请看一眼现在的时间和地点再点"


@pytest.fixture(autouse=True)
def saturday_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def session() -> Session:
    return make_room(seats=4, shifts=(("lead", 0, 3),), starts_at=MORNING, title="绘本课")


@pytest.fixture
def her(session: Session) -> Volunteer:
    return make_volunteer(organisation=session.rota.organisation, with_user=True)


@pytest.fixture
def family() -> Family:
    return make_family(agreed=True)


def signed_in(whose: Volunteer | Family) -> Client:
    client = Client()
    client.force_login(whose.user)
    return client


def move(session: Session, begins: datetime = EVENING) -> None:
    before = Agreed.of(session)
    change(session, starts_at=begins, ends_at=begins + timedelta(hours=1))
    ask_families_again(session_id=session.pk, before=before, actor=None, now=NOW)
    session.refresh_from_db()


def seen_on(client: Client, page: str, form: str) -> str:
    """The mark that the form of that address holds on the page."""
    shown = client.get(page).content.decode()
    (found,) = set(re.findall(rf'action="{form}".*?name="seen"\s+value="(\w+)"', shown, re.S))
    return str(found)


@pytest.mark.parametrize("headers", [{}, SCRIPT])
def test_who_picks_a_shift_that_was_moved_sees_the_new_time_first(
    session: Session, her: Volunteer, headers: dict[str, str]
) -> None:
    browser = signed_in(her)
    claim = f"/v/shifts/{session.shifts.get().pk}/claim/"
    page = "/v/?day=2026-12-01"
    old = seen_on(browser, page, claim)
    move(session)
    answer = browser.post(claim, {"seen": old}, headers=headers, follow=True)
    assert CHANGED in answer.content.decode()
    assert not Assignment.objects.filter(volunteer=her).exists()
    browser.post(claim, {"seen": seen_on(browser, page, claim)}, headers=headers)
    assert Assignment.objects.get(volunteer=her).state == "active"


@pytest.mark.parametrize("headers", [{}, SCRIPT])
def test_who_says_yes_to_a_question_that_has_changed_is_asked_once_more(
    session: Session, her: Volunteer, headers: dict[str, str]
) -> None:
    offer = make_offer(volunteer=her, shift=session.shifts.get())
    browser = signed_in(her)
    accept = f"/v/offers/{offer.pk}/accept/"
    old = seen_on(browser, "/v/mine/", accept)
    move(session)
    answer = browser.post(accept, {"seen": old}, headers=headers, follow=True)
    shown = answer.content.decode()
    assert CHANGED in shown
    assert Offer.objects.get(pk=offer.pk).state == "pending"
    browser.post(accept, {"seen": seen_on(browser, "/v/mine/", accept)}, headers=headers)
    assert Offer.objects.get(pk=offer.pk).state == "accepted"


def test_a_family_books_what_it_saw(session: Session, family: Family) -> None:
    browser = signed_in(family)
    child = family.children.get().pk
    page = f"/f/sessions/{session.pk}/?child={child}"
    fields = {"session": session.pk, "shown": session.pk, "child": child}
    old = seen_on(browser, page, "/f/confirm/")
    move(session)
    answer = browser.post("/f/confirm/", fields | {"seen": old})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert CHANGED in shown and "16:00" in shown
    assert not Booking.objects.filter(family=family).exists()
    browser.post("/f/confirm/", fields | {"seen": seen_on(browser, page, "/f/confirm/")})
    assert Booking.objects.get(family=family).state == "confirmed"


@pytest.mark.parametrize("state", ["offered", "asked"])
def test_a_family_takes_or_keeps_the_seat_that_it_saw(
    session: Session, family: Family, state: str
) -> None:
    was = Agreed.of(session).as_json() | {"starts_at": at("2026-12-01 08:30").isoformat()}
    more = {"changed_from": was} if state == "asked" else {}
    booking = make_booking(
        family=family, session=session, state=state, answer_by=NOW + timedelta(hours=9), **more
    )
    browser = signed_in(family)
    answer = f"/f/bookings/{booking.pk}/answer/"
    old = seen_on(browser, "/f/bookings/", answer)
    move(session)
    refused = browser.post(answer, {"answer": "yes", "seen": old}, follow=True)
    assert CHANGED in refused.content.decode()
    assert Booking.objects.get(pk=booking.pk).state == state
    now = seen_on(browser, "/f/bookings/", answer)
    browser.post(answer, {"answer": "yes", "seen": now})
    assert Booking.objects.get(pk=booking.pk).state == "confirmed"


def test_a_family_moves_to_what_it_saw(session: Session, family: Family) -> None:
    first = make_room(
        rota=session.rota, programme=session.programme, starts_at=at("2026-11-30 09:30")
    )
    booking = make_booking(family=family, session=first)
    browser = signed_in(family)
    page = f"/f/bookings/{booking.pk}/move/"
    name = f"seen-{session.pk}"

    def shown() -> str:
        (mark,) = re.findall(rf'name="{name}" value="(\w+)"', browser.get(page).content.decode())
        return str(mark)

    old = shown()
    move(session)
    refused = browser.post(page, {"session": session.pk, name: old})
    assert CHANGED in refused.content.decode()
    assert Booking.objects.get(pk=booking.pk).state == "confirmed"
    browser.post(page, {"session": session.pk, name: shown()})
    assert Booking.objects.get(family=family, session=session).state == "confirmed"


def of_volunteer(session: Session, her: Volunteer, family: Family) -> tuple[str, Callable[[], str]]:
    offer = make_offer(volunteer=her, shift=session.shifts.get())
    link = link_to(Purpose.OFFER, person=her.pk, subject=offer.pk, until=NOW + timedelta(hours=24))
    return link, lambda: str(Offer.objects.get(pk=offer.pk).state)


def of_family(session: Session, her: Volunteer, family: Family) -> tuple[str, Callable[[], str]]:
    booking = make_booking(family=family, session=session, state="offered")
    link = link_to(
        Purpose.SEAT, person=family.pk, subject=booking.pk, until=NOW + timedelta(hours=24)
    )
    return link, lambda: str(Booking.objects.get(pk=booking.pk).state)


@pytest.mark.parametrize(
    ("asked", "before", "after"),
    [(of_volunteer, "pending", "accepted"), (of_family, "offered", "confirmed")],
)
def test_one_tap_says_yes_to_the_time_that_it_showed(
    session: Session,
    her: Volunteer,
    family: Family,
    asked: Callable[..., tuple[str, Callable[[], str]]],
    before: str,
    after: str,
) -> None:
    link, state = asked(session, her, family)
    phone = Client()

    def mark(page: str) -> str:
        (found,) = re.findall(r'name="seen"\s+value="(\w+)"', page)
        return str(found)

    old = mark(phone.get(link).content.decode())
    move(session)
    answer = phone.post(link, {"answer": "yes", "seen": old})
    shown = answer.content.decode()
    assert (answer.status_code, state()) == (409, before)
    assert "刚刚改了：12 月 1 日 周二 16:00" in shown
    assert phone.post(link, {"answer": "yes", "seen": mark(shown)}).status_code == 200
    assert state() == after
