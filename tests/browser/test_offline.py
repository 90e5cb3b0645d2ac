"""What a phone keeps: her shifts and tickets open without network, say from when they are, and go
with her session."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import User
from backend.common import clock
from backend.records import codes
from backend.records.models import Attendance
from backend.rota.models import Session
from tests.browser.axe import overflow, violations, wear
from tests.browser.fixtures import PHONE, OpenPage
from tests.factories import (
    make_assignment,
    make_booking,
    make_family,
    make_session,
    make_volunteer,
)
from tests.running import Platform

# Every key that the caches of this origin have.
KEPT = """async () => {
  const store = await caches.open('pages');
  return (await store.keys()).map((asked) => new URL(asked.url).pathname).sort();
}"""
HERS = ["/v/check-in/", "/v/mine/"]  # one day's pages, kept together
READY = "() => navigator.serviceWorker.ready.then(() => true)"
EARLIER = """async (days) => {
  const store = await caches.open('pages');
  for (const asked of await store.keys()) {
    const found = await store.match(asked), headers = new Headers(found.headers);
    headers.set('X-Kept-At', Date.now() - days * 86400000);
    await store.put(asked, new Response(await found.text(), { headers }));
  }
}"""


@pytest.fixture
def her(platform: Platform) -> User:
    """A volunteer with a promise in two days."""
    with platform.data():
        session = make_session(starts_at=clock.now() + timedelta(days=2), title="绘本早读")
        volunteer = make_volunteer(organisation=session.rota.organisation, with_user=True)
        make_assignment(volunteer=volunteer, shift=session.shifts.get())
        assert volunteer.user is not None
        return volunteer.user


def has_kept(page: Page, paths: list[str]) -> None:
    """Wait until the phone has kept these pages, and no other."""
    if paths:  # where nothing is to be kept, the worker is gone, too
        page.evaluate(READY)
    for _ in range(100):
        if page.evaluate(KEPT) == paths:
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate(KEPT))


def cut(page: Page, is_cut: bool = True) -> None:
    page.context.set_offline(is_cut)


def test_her_shifts_open_without_network_and_say_from_when_they_are(
    open_page: OpenPage, her: User
) -> None:
    page = open_page(user=her, **PHONE)
    page.goto("/v/mine/")
    expect(page.locator(".kept-note")).to_be_hidden()
    has_kept(page, HERS)
    cut(page)
    page.goto("/v/mine/")
    expect(page.get_by_text("绘本早读")).to_be_visible()
    expect(page.locator(".kept-note")).to_contain_text("看到的样子")
    expect(page.locator("main form:visible")).to_have_count(0)
    for look in [(390, "light", "md"), (320, "dark", "xxl")]:
        page.set_viewport_size({"width": look[0], "height": 844})
        wear(page, *look[1:])
        assert violations(page) == []
        assert overflow(page) == 0
    cut(page, False)  # the kept page gives way by itself
    expect(page.locator(".kept-note")).to_be_hidden(timeout=30_000)
    expect(page.get_by_text("绘本早读")).to_be_visible()


def test_coming_and_going_without_network_are_sent_in_their_order_when_there_is_one(
    open_page: OpenPage, platform: Platform
) -> None:
    with platform.data():
        session = make_session(starts_at=clock.now() + timedelta(minutes=20))
        volunteer = make_volunteer(organisation=session.rota.organisation, with_user=True)
        place = make_assignment(volunteer=volunteer, shift=session.shifts.get())
    page = open_page(user=volunteer.user, **PHONE)
    page.clock.set_system_time(clock.now())  # of which her phone sends the moment of typing
    page.goto("/v/mine/")
    has_kept(page, HERS)
    cut(page)
    page.goto("/v/check-in/")
    with platform.data():
        code = codes.spoken_code(session.pk, clock.now())
    page.get_by_label("签到码").fill(code)
    page.get_by_role("button", name="签到").click()
    expect(page.get_by_text("没有网络，先记在手机上了")).to_be_visible()
    page.get_by_role("button", name="签退").click()  # and goes again before there is one
    with platform.data():
        assert not Attendance.objects.filter(assignment=place, came_at__isnull=False).exists()
    cut(page, False)
    expect(page.get_by_text("签退好了")).to_be_visible(timeout=30_000)
    with platform.data():
        row = Attendance.objects.get(assignment=place)
        assert (row.came_how, row.left_how) == ("kept", "kept")
    page.goto("/v/mine/")
    assert page.evaluate("() => localStorage.getItem('later')") == "[]"


def test_a_page_that_was_not_kept_says_that_the_network_is_away(
    open_page: OpenPage, her: User
) -> None:
    page = open_page(user=her, **PHONE)
    page.goto("/v/mine/")
    has_kept(page, HERS)
    cut(page)
    page.goto("/v/me/")
    expect(page.get_by_role("heading", name="网络断了")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="我的班表").click()
    expect(page.get_by_text("绘本早读")).to_be_visible()


def test_a_page_of_last_week_is_not_shown(open_page: OpenPage, her: User) -> None:
    page = open_page(user=her, **PHONE)
    page.goto("/v/mine/")
    has_kept(page, HERS)
    page.evaluate(EARLIER, 7.1)
    cut(page)
    page.goto("/v/mine/")
    expect(page.get_by_role("heading", name="网络断了")).to_be_visible()


def test_nothing_stays_when_she_signs_out(open_page: OpenPage, her: User) -> None:
    page = open_page(user=her, **PHONE)
    page.goto("/v/mine/")
    has_kept(page, HERS)
    page.goto("/accounts/logout/")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda url: "logout" not in url)
    assert page.evaluate(KEPT) == []


def test_nothing_stays_when_her_session_was_ended_elsewhere(
    open_page: OpenPage, her: User, platform: Platform
) -> None:
    page = open_page(user=her, **PHONE)
    page.goto("/v/mine/")
    has_kept(page, HERS)
    with platform.data():
        her.set_password("another-Secret-91")
        her.save()
    page.goto("/v/mine/")
    has_kept(page, [])


def test_the_next_person_of_the_phone_finds_nothing(
    open_page: OpenPage, her: User, platform: Platform
) -> None:
    page = open_page(user=her, **PHONE)
    page.goto("/v/mine/")
    has_kept(page, HERS)
    with platform.data():
        family = make_family()
        session = make_session(starts_at=clock.now() + timedelta(days=1))
        booking = make_booking(family=family, session=session)
        page.context.add_cookies([platform.cookie_of(family.user)])  # type: ignore[list-item, arg-type]
    ticket = f"/f/bookings/{booking.pk}/"
    page.goto(ticket)
    has_kept(page, [ticket])
    cut(page)
    page.goto(ticket)
    expect(page.locator(".kept-note")).to_be_visible()


def test_who_leads_notes_without_network_who_came_and_it_is_sent_when_there_is_one(
    open_page: OpenPage, platform: Platform
) -> None:
    """From a page that was read before anybody could sign in."""
    with platform.data():
        session = make_session(
            starts_at=clock.now() + timedelta(minutes=50), seats=(1, 5, 5), shifts=[("lead", 1, 2)]
        )
        shift = session.shifts.get()
        shift.role.leads = True
        shift.role.save()
        leader = make_volunteer(organisation=session.rota.organisation, with_user=True)
        make_assignment(volunteer=leader, shift=shift)
        other = make_assignment(
            volunteer=make_volunteer(organisation=session.rota.organisation, name="林乙"),
            shift=shift,
        )
        booking = make_booking(session=session, family=make_family(agreed=True), code="A2B3")
    page = open_page(user=leader.user, **PHONE)
    page.goto("/v/check-in/")
    has_kept(page, ["/v/check-in/", f"/v/lead/{session.pk}/"])
    cut(page)
    page.clock.set_system_time(clock.now())
    with platform.data():  # meanwhile it has begun to be time
        Session.objects.filter(pk=session.pk).update(starts_at=clock.now() + timedelta(minutes=1))
    page.goto(f"/v/lead/{session.pk}/")
    expect(page.locator("#presence-code")).to_be_hidden()
    for look in [(390, "light", "md"), (320, "dark", "xxl")]:
        page.set_viewport_size({"width": look[0], "height": 844})
        wear(page, *look[1:])
        assert violations(page) == []
        assert overflow(page) == 0
    for name in ("林乙到了", "A2B3到了"):
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("button", name=name)).to_be_disabled()
    page.goto(f"/v/lead/{session.pk}/")
    expect(page.get_by_role("button", name="林乙到了")).to_be_disabled()  # it waits still
    cut(page, False)
    expect(page.get_by_text("记下了：A2B3到了")).to_be_visible(timeout=30_000)
    with platform.data():
        row = Attendance.objects.get(assignment=other)
        assert (row.came_how, row.came_by_id) == ("leader", leader.user_id)
        booking.refresh_from_db()
        assert booking.state == "attended"
    assert page.evaluate("() => localStorage.getItem('later')") == "[]"
