"""A proposal goes out in the background: the coordinator sees it go, on every screen, and the
phones of those asked learn of it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.axe import overflow, violations, wear
from tests.browser.fixtures import DESKTOP, PHONE, OpenPage
from tests.factories import at
from tests.planning.scene import make_scene
from tests.running import Platform
from tests.scheduler.test_publishing import no_offers

DONE = 30_000


def opened(open_page: OpenPage, user, path: str, **screen) -> Page:  # type: ignore[no-untyped-def]
    page = open_page(user=user, **screen)
    page.goto(path)
    expect(page.locator("body[data-live-state=on]")).to_be_attached()
    return page


def test_publishing_is_seen_on_every_open_page_and_nobody_has_to_wait_for_it(
    platform: Platform, open_page: OpenPage
) -> None:
    with platform.data():
        scene = make_scene()
        proposal = scene.proposal()
        alice = scene.alice.user
    address = f"/c/proposals/{proposal.pk}/"
    desk, hand = (
        opened(open_page, scene.actor, address, **DESKTOP),
        opened(open_page, scene.actor, address, **PHONE),
    )
    phone = opened(open_page, alice, f"/v/?from={at('2026-12-05 09:30').date()}", **PHONE)
    desk.on("dialog", lambda question: question.accept())

    with no_offers(platform):  # the worker stands in the middle for as long as we look
        desk.get_by_role("button", name="发布这 2 个邀请").click()
        for page in (desk, hand):
            expect(page.get_by_role("heading", name="正在发布…")).to_be_visible()
            expect(page.get_by_role("button", name=re.compile("发布|放弃"))).to_have_count(
                0
            )  # nothing to press twice
            for theme in ("light", "dark"):
                wear(page, theme, "xxl" if page is hand else "md")
                assert violations(page) == [] and overflow(page) == 0

    for page in (desk, hand):
        expect(page.get_by_role("heading", name="已发布")).to_be_visible(timeout=DONE)
        expect(page.get_by_text("2 个邀请已经送出。")).to_be_visible()
    expect(phone.get_by_role("button", name="我能去").first).to_be_visible(timeout=DONE)
