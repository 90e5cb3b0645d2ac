"""The family's phone in a browser: choosing without reload, and a freed seat that appears by
itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from playwright.sync_api import expect

from backend.bookings.operations import cancel_booking
from backend.common import clock
from backend.common.clock import local_day, local_midnight
from backend.rota.models import Session
from tests.bookings.room import book_all, make_families, make_room
from tests.browser.fixtures import PHONE, OpenPage
from tests.factories import make_rota, make_venue
from tests.running import Platform


def tomorrow(hour: int) -> datetime:
    return local_midnight(local_day(clock.now()) + timedelta(days=1)) + timedelta(hours=hour)


def lessons(*hours: int, seats: int = 3) -> list[Session]:
    rota = make_rota(starts_on=clock.monday_of(local_day(clock.now())))
    venue = make_venue(name="金山街道妇女儿童之家")
    return [
        make_room(
            rota=rota, venue=venue, seats=seats, starts_at=tomorrow(hour), title=f"{hour} 点的课"
        )
        for hour in hours
    ]


def test_another_time_is_chosen_without_leaving_the_page(
    platform: Platform, open_page: OpenPage
) -> None:
    with platform.data():
        morning, noon = lessons(9, 11)
        (family,) = make_families(1)
    page = open_page(user=family.user, **PHONE)
    page.goto(f"/f/sessions/{morning.pk}/")
    page.evaluate("() => { window.sameDocument = true }")
    page.locator(f"input[name=session][value='{noon.pk}']").first.check(force=True)
    expect(page.locator("h1")).to_have_text("11 点的课")
    expect(page.locator(".submit-bar-title")).to_contain_text("11:00")
    assert page.evaluate("() => window.sameDocument")
    page.locator(".submit-bar button").click()
    expect(page.locator(".ticket")).to_contain_text("约好了")
    with platform.data():
        assert family.bookings.get().session == noon


def test_a_freed_seat_appears_by_itself(platform: Platform, open_page: OpenPage) -> None:
    with platform.data():
        (lesson,) = lessons(15, seats=1)
        first, second = make_families(2)
        held, waits = book_all(first, lesson, clock.now()), book_all(second, lesson, clock.now())
    page = open_page(user=second.user, **PHONE)
    page.goto(f"/f/bookings/{waits.pk}/")
    expect(page.locator("body")).to_have_attribute("data-live-state", "on")
    expect(page.locator(".ticket")).to_contain_text("候补第 1 位")
    with platform.data():
        cancel_booking(booking_id=held.pk, actor=None, now=clock.now())
    page.get_by_role("button", name="要这个位子").click()
    expect(page.locator(".ticket")).to_contain_text("约好了")
