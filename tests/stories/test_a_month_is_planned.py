"""A month is planned: the coordinator runs the solver and publishes, a volunteer answers on her phone, each sees the other at once."""
from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import User
from backend.planning.models import Proposal
from backend.rota.models import Offer, Rota
from backend.volunteers.models import Volunteer
from tests.browser.fixtures import DESKTOP, PHONE
from tests.factories import make_user
from tests.running import Platform

OpenPage = Callable[..., Page]
SOON = 60_000  # the solver works at the lowest priority, beside everything else


@pytest.fixture
def county(platform: Platform) -> Platform:
    platform.manage("load_fuzhou", "--scale", "county", "--seed", "1")
    return platform


def test_from_the_draft_to_an_answer(county: Platform, open_page: OpenPage) -> None:
    with county.data():
        rota = Rota.objects.filter(state="draft").order_by("-pk")[0]
        coordinator = User.objects.get(username="demo-county")
    desk = open_page(user=coordinator, **DESKTOP)

    desk.goto(f"/c/rotas/{rota.pk}/")
    expect(desk.get_by_text("先排出一份方案给您看")).to_be_visible()
    desk.locator("body[data-live-state=on]").wait_for()
    desk.get_by_role("button", name="自动排班").click()

    # the run is watched: the panel comes without a reload, its numbers move by ticks, and it turns into the proposal by itself
    expect(desk.locator("#run h2")).to_have_text(re.compile("排队中|正在优化"))
    expect(desk.get_by_text("排好了，等您看")).to_be_visible(timeout=SOON)
    desk.get_by_role("link", name="看方案").click()

    # what changes for whom, what stays empty and why
    expect(desk.get_by_role("heading", name="谁的班会变")).to_be_visible()
    expect(desk.get_by_text(re.compile("离理论最好最多差|能排出的最好的方案"))).to_be_visible()
    hole = desk.locator("details.hole").first
    hole.locator("summary").click()
    expect(hole.get_by_text("全部志愿者")).to_be_visible()
    with county.data():
        proposal = Proposal.objects.get(rota=rota, state="open")
        asked_elsewhere = Offer.objects.filter(state="pending").values("volunteer_id")
        line = proposal.lines.filter(change="new", volunteer_id__isnull=False).exclude(volunteer_id__in=asked_elsewhere).order_by("pk")[0]
        volunteer = _reachable(line.volunteer_id)
    phone = open_page(user=volunteer, **PHONE)
    phone.goto("/v/mine/")
    phone.locator("body[data-live-state=on]").wait_for()

    publish = desk.get_by_role("button", name=re.compile(r"发布这 \d+ 个邀请"))
    desk.on("dialog", lambda question: question.accept())
    publish.click()
    expect(desk.get_by_role("heading", name="已发布")).to_be_visible(timeout=SOON)

    # her phone shows the offer without a reload; her answer shows on the coordinator's page without a reload
    accept = phone.get_by_role("button", name="我能去").first
    expect(accept).to_be_visible(timeout=10_000)
    desk.locator("body[data-live-state=on]").wait_for()
    before = int(desk.locator("#answers .kpi-value").first.inner_text())
    accept.click()
    expect(desk.locator("#answers .kpi-value").first).to_have_text(str(before + 1), timeout=10_000)
    with county.data():
        assert Offer.objects.filter(volunteer__user=volunteer, proposal_id=proposal.pk, state="accepted").count() == 1


def _reachable(volunteer_id: int | None) -> User:
    """The volunteer's account; one is made when the demo gave her none."""
    her = Volunteer.objects.get(pk=volunteer_id)
    if her.user is None:
        her.user = make_user(name=her.name)
        her.save(update_fields=["user"])
    return her.user


def test_a_run_is_stopped_with_what_it_has_and_without_script(county: Platform, open_page: OpenPage) -> None:
    """就用现在这版 keeps the best plan so far; every step is a form that works without JavaScript."""
    with county.data():
        rota = Rota.objects.filter(state="draft").order_by("-pk")[0]
        coordinator = User.objects.get(username="demo-county")
    desk = open_page(user=coordinator, java_script_enabled=False, **DESKTOP)
    desk.goto(f"/c/rotas/{rota.pk}/")
    desk.get_by_role("button", name="自动排班").click()
    keep = desk.get_by_role("button", name="就用现在这版")
    if keep.count():  # else it has been proven best meanwhile
        keep.click()
    for _ in range(60):
        desk.goto(f"/c/rotas/{rota.pk}/")
        if desk.get_by_text("排好了，等您看").count():
            break
        desk.wait_for_timeout(500)
    desk.get_by_role("link", name="看方案").click()
    desk.get_by_role("button", name="放弃").click()
    expect(desk.get_by_text("谁也没有收到通知")).to_be_visible()
    with county.data():
        assert not Offer.objects.filter(session__rota=rota).exists()
