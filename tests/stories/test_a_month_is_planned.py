"""A month is planned without script.

The same with it, and what everyone else sees of it: tests/browser/test_story.py.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import User
from backend.rota.models import Offer, Rota
from tests.browser.fixtures import DESKTOP
from tests.running import Platform

OpenPage = Callable[..., Page]


@pytest.fixture
def county(platform: Platform) -> Platform:
    platform.manage("load_fuzhou", "--scale", "county", "--seed", "1")
    return platform


def test_a_run_is_stopped_with_what_it_has_and_without_script(
    county: Platform, open_page: OpenPage
) -> None:
    """就用现在这版 keeps the best plan so far; every step is a form that works without
    JavaScript."""
    with county.data():
        rota = Rota.objects.filter(state="draft").order_by("-pk")[0]
        coordinator = User.objects.get(username="demo-county")
    desk = open_page(user=coordinator, java_script_enabled=False, **DESKTOP)
    desk.goto(f"/c/rotas/{rota.pk}/")
    desk.get_by_role("button", name="自动排班").click()
    keep, ready = (
        desk.get_by_role("button", name="就用现在这版"),
        desk.get_by_text("排好了，等你看"),
    )
    for _ in range(120):
        desk.goto(f"/c/rotas/{rota.pk}/")
        if ready.count():
            break
        if keep.count():  # it works, and has not been proven best meanwhile
            keep.click()
        desk.wait_for_timeout(500)
    desk.get_by_role("link", name="看方案").click()
    desk.get_by_role("button", name="放弃").click()
    expect(desk.get_by_text("谁也没有收到通知")).to_be_visible()
    with county.data():
        assert not Offer.objects.filter(session__rota=rota).exists()
