"""What a page may weigh on a phone, as `make budgets` weighs it; its milliseconds are no test's."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.bench.budgets import seen
from tests.bench.report_budgets import PHONE
from tests.browser.fixtures import PHONE as SCREEN
from tests.factories import make_user, make_volunteer
from tests.running import Platform

WEIGHTS = ("html", "script", "style", "picture", "requests", "cls")


@pytest.mark.parametrize("path", ["", "v/", "v/mine/", "v/me/"])
def test_a_page_is_light(platform: Platform, browser: Browser, path: str) -> None:
    with platform.data():
        volunteer = make_volunteer(user=make_user())
        assert volunteer.user is not None
        cookie = platform.cookie_of(volunteer.user)
    found = seen(browser, f"{platform.url.rstrip('/')}/{path}", cookie, **SCREEN)
    assert found.status == 200
    assert found.lcp > 0  # it was watched at all
    assert found.font == 0
    over = {key: getattr(found, key) for key in WEIGHTS if getattr(found, key) > PHONE[key]}
    assert not over
