"""Beside the board: why her, and who else could, for as long as the panel stays open."""

from __future__ import annotations

import pytest
from playwright.sync_api import Request, expect

from backend.rota.operations import place
from tests.browser.axe import wear
from tests.browser.fixtures import DESKTOP, OpenPage
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_coordinator,
    make_organisation,
    make_rota,
    make_session,
    make_volunteer,
)
from tests.running import Platform

WAITING = "正在看还有谁能去"


def test_who_else_could_stays_there_when_the_session_changes(
    platform: Platform, open_page: OpenPage
) -> None:
    with platform.data():
        organisation = make_organisation()
        rota = make_rota(organisation=organisation, state="published")
        session = make_session(rota=rota, starts_at=at("2026-12-05 09:30"), shifts=[("lead", 1, 4)])
        shift = session.shifts.get()
        her, other, _third = (
            make_volunteer(name=name, organisation=organisation)
            for name in ("陈秀英", "林雪梅", "黄玉兰")
        )
        make_assignment(volunteer=her, shift=shift)
        coordinator = make_coordinator(organisation=organisation)
    page = open_page(user=coordinator, **DESKTOP)
    page.goto(f"/c/rotas/{rota.pk}/?week=2026-11-30&pick={session.pk}&who={her.pk}")
    expect(page.locator("body[data-live-state=on]")).to_be_attached()
    others = page.locator("#pick .why-panel-other")
    expect(others).to_have_count(2)

    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if "/others/" in request.url else None)
    with platform.data():
        place(volunteer_id=other.pk, shift_id=shift.pk, actor=coordinator, now=NOW)
    expect(page.locator("#pick .lineup")).to_contain_text("林雪梅")
    expect(others).to_have_count(1)
    expect(others).to_contain_text("黄玉兰")
    expect(page.get_by_text(WAITING)).to_have_count(0)
    assert len(asked) == 1, "the list is asked for once for one change"


@pytest.mark.parametrize("size", ["md", "xxl"])
def test_the_run_stands_below_the_bar_in_every_text_size(
    platform: Platform, open_page: OpenPage, size: str
) -> None:
    with platform.data():
        organisation = make_organisation()
        rota = make_rota(organisation=organisation)
        make_session(rota=rota)
        coordinator = make_coordinator(organisation=organisation)
    page = open_page(user=coordinator, **DESKTOP)
    page.goto(f"/c/rotas/{rota.pk}/?week=2026-11-30")
    wear(page, "light", size)
    bar, run = page.locator(".topbar-end").bounding_box(), page.locator("#run").bounding_box()
    button = page.get_by_role("button", name="自动排班").bounding_box()
    assert bar and run and button
    assert bar["y"] + bar["height"] <= run["y"]
    assert button["width"] > 2 * button["height"], "its words stand in one line"
