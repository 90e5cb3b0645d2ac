"""What is said and the buttons under it stand apart, on the pages called 我的 and on those of one's
data."""

from __future__ import annotations

import pytest

from tests.browser.axe import touching, wear
from tests.browser.fixtures import PHONE, OpenPage
from tests.running import Platform

PAGES = {
    "volunteer": ("/v/me/", "/v/me/data/", "/v/me/erase/", "/v/hours/", "/v/mine/"),
    "family": ("/f/me/", "/f/me/data/", "/f/me/erase/", "/f/bookings/", "/f/adults/"),
}
SIZES = ((390, "md"), (320, "xxl"), (1440, "md"))


@pytest.mark.parametrize("key", sorted(PAGES))
def test_no_sentence_touches_a_button(platform: Platform, open_page: OpenPage, key: str) -> None:
    platform.manage("load_fuzhou", "--scale", "small", "--seed", "1")
    page = open_page(**PHONE)
    page.goto(f"/demo/{key}/")
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    found = []
    for path in PAGES[key]:
        page.goto(path)
        for width, text in SIZES:
            page.set_viewport_size({"width": width, "height": 800})
            wear(page, "light", text)
            found += [f"{path} {width} {text}: {words}" for words in touching(page)]
    assert found == []
