"""A mentor's pair and the desk's fit the smallest screen in the largest text, in the dark as well,
and work without a script."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page

from backend.common import clock
from backend.pairs.models import Pair
from backend.pairs.operations import correct_minutes
from tests.browser.axe import overflow, spilled, touching, violations, wear
from tests.browser.fixtures import DESKTOP, PHONE, OpenPage
from tests.pairs.scene import child_of, paired, street, told
from tests.running import Platform

PICTURES = os.environ.get("PAIR_PICTURES", "")
SIZES = ((390, "light", "md"), (320, "dark", "xxl"), (320, "light", "xxl"), (1440, "dark", "md"))


def faults(page: Page, name: str, path: str) -> list[str]:
    found = []
    page.goto(path)
    for width, theme, text in SIZES:
        page.set_viewport_size({"width": width, "height": 900})
        wear(page, theme, text)
        at = f"{name} {width} {theme} {text}"
        found += [f"{at} {line}" for line in violations(page)]
        found += [f"{at}: {words} leaves its box" for words in spilled(page)]
        found += [f"{at}: {words} touches a button" for words in touching(page)]
        found += [f"{at}: {wide} px too wide" for wide in [overflow(page)] if wide > 0]
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{at.replace(' ', '-')}.png", full_page=True)
    return found


def test_the_pages_of_pairs_hold_the_bar(platform: Platform, open_page: OpenPage) -> None:
    with platform.data():
        here = street()
        since = clock.now() - timedelta(days=30)
        late = paired(here, now=since, name="陈秀英")
        visit = told(late, now=since + timedelta(days=2))
        correct_minutes(
            meeting_id=visit.pk,
            child_id=late.child_id,
            minutes=45,
            reason="问过监护人，那天四点三刻就走了，孩子要去上课",
            actor=here.coordinator,
            now=clock.now(),
        )
        asked = here.ask(child_of(here), here.mentor(name="林雪梅"), now=clock.now())
        here.ask(late.child, here.mentor(name="郑美珍"), now=clock.now())
        child_of(here)
        mentors = {"late": (late, late.mentor.user), "asked": (asked, asked.mentor.user)}
    desk = open_page(user=here.coordinator, **DESKTOP)
    found = faults(desk, "list", "/c/pairs/?show=all") + faults(desk, "new", "/c/pairs/new/")
    found += faults(desk, "child", f"/c/pairs/{late.child_id}/")
    found += faults(desk, "free", f"/c/pairs/{asked.child_id + 1}/")
    for name, (pair, user) in mentors.items():
        phone = open_page(user=user, **PHONE)
        found += faults(phone, name, f"/v/pairs/{pair.pk}/") + faults(phone, "mine", "/v/mine/")
    assert found == []


def test_she_answers_and_tells_of_a_visit_without_a_script(
    platform: Platform, open_page: OpenPage
) -> None:
    with platform.data():
        here = street()
        pair = here.ask(child_of(here), here.mentor(), now=clock.now())
        user = pair.mentor.user
    page = open_page(user=user, java_script_enabled=False, **PHONE)
    page.goto("/v/mine/")
    assert page.get_by_text("想请你结对").is_visible()
    page.get_by_role("link", name="打开看").click()
    page.get_by_role("button", name="我愿意").click()
    assert page.get_by_role("heading", name="小石榴").is_visible()
    with platform.data():
        assert Pair.objects.get(pk=pair.pk).is_standing
