"""A session whose day is in another year: the year is said, and the longer day fits the smallest
screen in the largest text."""

from __future__ import annotations

from datetime import timedelta

from backend.accounts.models import User
from backend.common import clock
from backend.rota.models import Rota, Session
from tests.bookings.room import book_all, make_families, make_room
from tests.browser.axe import overflow, spilled, wear
from tests.browser.fixtures import PHONE, OpenPage
from tests.factories import NOW, make_assignment, make_offer, make_rota, make_volunteer
from tests.running import Platform

FAR = NOW + timedelta(days=60)  # of December: the next year


def room(rota: Rota, hours: int) -> Session:
    start = FAR + timedelta(hours=hours)
    return make_room(rota=rota, starts_at=start, staff=0, shifts=(("lead", 1, 3),))


def faults(open_page: OpenPage, user: User | None, *paths: str) -> list[str]:
    page = open_page(user=user, **PHONE | {"viewport": {"width": 320, "height": 700}})
    found = []
    for path in paths:
        page.goto(path)
        for text in ("md", "xxl"):
            wear(page, "light", text)
            said = f"{FAR.astimezone(clock.LOCAL).year} 年" in page.locator("main").inner_text()
            found += [] if said else [f"{path}: of which year it is stands nowhere"]
            found += [f"{path} {text}: {words} leaves its box" for words in spilled(page)]
            found += [f"{path} {text}: {wide} px too wide" for wide in [overflow(page)] if wide > 0]
    return found


def test_a_day_of_another_year_is_said_and_fits(platform: Platform, open_page: OpenPage) -> None:
    assert FAR.year > NOW.year
    with platform.data():
        rota = make_rota(starts_on=clock.monday_of(clock.local_day(FAR)))
        first, second = (room(rota, n) for n in (0, 24))
        her = make_volunteer(organisation=rota.organisation, with_user=True)
        make_assignment(volunteer=her, shift=first.shifts.get())
        make_offer(volunteer=her, shift=second.shifts.get())
        (family,) = make_families(1)
        booking = book_all(family, first, clock.now())
    found = faults(open_page, her.user, "/v/mine/", "/v/")
    found += faults(open_page, family.user, "/f/bookings/", f"/f/bookings/{booking.pk}/")
    assert found == []
