"""One tap from a message, and her calendar's address, on the smallest phone and in the largest
text."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from backend.accounts.sessions import SessionStore
from backend.common import clock
from backend.notifications.links import Purpose, link_to
from backend.rota.models import Offer
from backend.web.public.again import SHOWN
from tests.browser.axe import overflow, violations, wear
from tests.browser.fixtures import PHONE, OpenPage
from tests.factories import make_offer, make_session, make_user, make_volunteer
from tests.running import Platform

LOOKS = [(390, "light", "md"), (320, "dark", "xxl")]


def looks_well(page: Page, width: int, theme: str, text: str) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    wear(page, theme, text)
    assert violations(page) == []
    assert overflow(page) == 0


@pytest.mark.parametrize("script", [True, False])
def test_an_answer_is_one_tap_without_signing_in(
    platform: Platform, open_page: OpenPage, script: bool
) -> None:
    with platform.data():
        now = clock.now()
        session = make_session(starts_at=now + timedelta(days=7))
        her = make_volunteer(organisation=session.rota.organisation)
        until = now + timedelta(days=1)
        offer = make_offer(volunteer=her, shift=session.shifts.get(), answer_by=until)
        address = link_to(Purpose.OFFER, person=her.pk, subject=offer.pk, until=until)
    page = open_page(**PHONE, java_script_enabled=script)
    page.goto(address)
    if script:
        for look in LOOKS:
            looks_well(page, *look)
    page.get_by_role("button", name="我能去").click()
    expect(page.get_by_role("heading", name="说好了")).to_be_visible()
    with platform.data():
        assert Offer.objects.get(pk=offer.pk).state == "accepted"
    page.goto(address)
    expect(page.get_by_role("heading", name="这个问题已经回答过了")).to_be_visible()


def test_she_opens_her_calendar_and_reads_it(platform: Platform, open_page: OpenPage) -> None:
    with platform.data():
        user = make_user()
    page = open_page(user=user, **PHONE)
    kept = {one["name"]: one["value"] for one in page.context.cookies()}
    with platform.data():
        session = SessionStore(kept[settings.SESSION_COOKIE_NAME])
        session[SHOWN] = [user.pk, (clock.now() + timedelta(days=1)).timestamp()]
        session.save()
    page.goto("/account/calendar/")
    page.get_by_role("button", name="开一个日历地址").click()
    shown = page.get_by_text("/calendar/")
    expect(shown).to_be_visible()
    for look in LOOKS:
        looks_well(page, *look)
    answer = page.request.get(urlsplit(str(shown.text_content()).strip()).path)
    assert answer.status == 200 and answer.text().startswith("BEGIN:VCALENDAR")
