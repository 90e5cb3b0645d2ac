"""Each person of the demo walks wherever the links of her pages lead; every kind of page she
reaches is held to the same bar."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from playwright.sync_api import Page

from backend.demo.people import BY_KEY
from tests.browser.axe import overflow, spilled, violations, wear
from tests.browser.fixtures import DESKTOP, PHONE, OpenPage
from tests.running import Platform

ON_A_PHONE = ("volunteer", "family")
NOT_A_PAGE = ("logout", "admin:", "asset")  # leads out, is Django's own, or is a file
A_FILE = (".ics", ".json", ".csv", ".xlsx", ".docx", ".pdf", ".zip")  # downloads
MOST = 60  # kinds of page of one person


def kind_of(address: str) -> str:
    """The name of the view behind an address: two volunteers are one kind of page."""
    return resolve(urlsplit(address).path).view_name


def walk(page: Page) -> Iterator[str]:
    """The first page of every kind that links lead to, breadth first."""
    waiting, met = [page.url], set()
    while waiting and len(met) < MOST:
        address = waiting.pop(0)
        kind = kind_of(address)
        if (
            kind in met
            or any(word in kind for word in NOT_A_PAGE)
            or urlsplit(address).path.endswith(A_FILE)
        ):
            continue
        met.add(kind)
        answer = page.goto(address)
        assert answer is not None and answer.ok, f"{address}: {answer and answer.status}"
        yield urlsplit(page.url).path
        waiting += page.evaluate(
            "() => [...document.links].filter(a => a.origin === location.origin && "
            "!a.hasAttribute('download')).map(a => a.href.split('#')[0])"
        )


@pytest.mark.parametrize("key", sorted(BY_KEY))
def test_every_page_holds_the_bar(platform: Platform, open_page: OpenPage, key: str) -> None:
    platform.manage("load_fuzhou", "--scale", "small", "--seed", "1")
    page = open_page(**(PHONE if key in ON_A_PHONE else DESKTOP))
    page.goto(f"/demo/{key}/")
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    found = []
    for path in walk(page):
        for theme, text in (("light", "md"), ("dark", "xxl")):
            wear(page, theme, text)
            found += [f"{path} {theme} {text} {line}" for line in violations(page)]
            found += [f"{path} {text}: {words} leaves its box" for words in spilled(page)]
        size = page.viewport_size
        page.set_viewport_size({"width": 320, "height": 700})
        wear(page, "light", "xxl")
        found += (
            [f"{path} is {wide} px too wide at 320 px in the largest text"]
            if (wide := overflow(page)) > 0
            else []
        )
        assert size is not None
        page.set_viewport_size(size)
    assert found == []
