"""The front door in a browser: readable for everyone, and each demo button leads in."""

from __future__ import annotations

from itertools import cycle

import pytest
from playwright.sync_api import expect

from backend.demo.people import PEOPLE
from tests.browser.axe import TEXTS, overflow, violations, wear
from tests.browser.conftest import Look
from tests.browser.fixtures import PHONE, OpenPage
from tests.running import Platform


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_on_the_front_door(look: Look, width: int, theme: str) -> None:
    page = look("", width=width, height=900)
    found = []
    for text in TEXTS:
        wear(page, theme, text)
        found += [f"{text} {line}" for line in violations(page)]
    assert found == []


def test_320_pixels_are_enough_for_the_front_door(look: Look) -> None:
    page = look("", width=320, height=640)
    wide = {}
    for text in TEXTS:
        wear(page, "light", text)
        wide[text] = overflow(page)
    assert wide == dict.fromkeys(TEXTS, 0)


def test_every_demo_person_comes_in_by_clicking_also_without_script(
    open_page: OpenPage, platform: Platform
) -> None:
    platform.manage("load_fuzhou", "--scale", "small")
    for person, script in zip(PEOPLE, cycle([True, False])):
        page = open_page(**PHONE, java_script_enabled=script)
        page.goto("/")
        page.get_by_role("button", name=person.side).first.click()
        expect(page.get_by_text("这是演示，点一下就能用")).to_have_count(0)
        page.goto("/")
        expect(page.get_by_role("link", name="登录")).to_have_count(0)


def test_a_demo_link_shows_a_button_that_leads_in(open_page: OpenPage, platform: Platform) -> None:
    platform.manage("load_fuzhou", "--scale", "small")
    page = open_page(**PHONE)
    page.goto("/demo/county/")
    assert violations(page) == []
    page.get_by_role("button", name="用这个身份进去").click()
    page.wait_for_url(lambda url: "/demo/" not in url)
    expect(page.locator("main")).to_be_visible()
