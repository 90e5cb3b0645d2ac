"""The whole story in browsers, on the processes that a user runs: a county is planned, asked,
staffed and booked, and every open page shows what happens to it without a reload."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db.models import Count
from playwright.sync_api import Page, expect

from backend.accounts.models import User
from backend.bookings.models import Booking
from backend.bookings.operations import cancel_booking
from backend.common import clock
from backend.common.clock import local_day, local_midnight
from backend.planning.models import Proposal
from backend.rota.models import Assignment, Offer, Rota, Session, Shift
from backend.volunteers.models import Volunteer
from tests.bookings.room import book_all, make_families, make_room
from tests.browser.fixtures import DESKTOP, PHONE, OpenPage
from tests.browser.line import line_to
from tests.factories import make_rota, make_session, make_user, make_volunteer
from tests.running import Platform

SOON = 10_000
SOLVED = 90_000  # the solver works at the lowest priority, beside everything else
REMEMBER_NUMBERS = """addEventListener('DOMContentLoaded', () => new MutationObserver(() => {
    const placed = document.querySelector('#run [data-field=placed]');
    const seen = (sessionStorage.numbers || '').split(' ');
    if (placed) sessionStorage.numbers = [...new Set([...seen, placed.textContent])].join(' ');
}).observe(document.body, { subtree: true, childList: true, characterData: true }))"""


@dataclass(frozen=True)
class Asked:
    """A volunteer whom the proposal asks for exactly one shift."""

    volunteer: Volunteer
    user: User
    shift: Shift


@pytest.fixture
def county(platform: Platform) -> Platform:
    platform.manage("load_fuzhou", "--scale", "county", "--seed", "1")
    return platform


def test_a_county_is_planned_asked_staffed_and_booked(
    county: Platform, open_page: OpenPage
) -> None:
    with county.data():
        rota = Rota.objects.filter(state="draft").latest("pk")
        coordinator = User.objects.get(username="demo-county")
    desk = open_page(user=coordinator, **DESKTOP)
    let_the_solver_plan(desk, rota)
    read_the_proposal(desk)
    with county.data():
        proposal = Proposal.objects.get(rota=rota, state="open")
        willing, unable = two_who_are_asked_once(proposal)
    yes_page, no_page = (
        phone_of(open_page, her, "/v/mine/") for her in (willing.user, unable.user)
    )
    publish(desk)

    # both phones, open since before, show the offer; both answers show on the coordinator's page
    expect(yes_page.get_by_role("button", name="我能去")).to_be_visible(timeout=SOON)
    stay(desk)
    answers = desk.locator("#answers .kpi-value")
    yes_page.get_by_role("button", name="我能去").click()
    expect(yes_page.locator("#assignments")).to_contain_text("已确认")
    expect(answers.nth(0)).to_have_text("1", timeout=SOON)
    no_page.get_by_role("button", name="去不了").click()
    expect(no_page.get_by_role("button", name="我能去")).to_have_count(0)
    expect(answers.nth(1)).to_have_text("1", timeout=SOON)
    expect(desk.locator("#answers .answers")).to_contain_text(unable.volunteer.name)
    stayed(desk, yes_page, no_page)

    # the place that she left is picked by another, under the coordinator's eyes
    desk.goto(f"/c/sessions/{unable.shift.session_id}/")
    stay(desk)
    with county.data():
        neighbour = one_who_may(unable.shift)
    pick_the_shift(phone_of(open_page, neighbour.user, day_of(unable.shift)), unable.shift)
    expect(desk.locator("#session")).to_contain_text("曾桂香", timeout=SOON)
    stayed(desk)
    with county.data():
        assert sorted(
            Offer.objects.filter(proposal_id=proposal.pk)
            .exclude(state="pending")
            .values_list("state", flat=True)
        ) == ["accepted", "declined"]
        assert (
            Assignment.objects.filter(
                shift=unable.shift, volunteer=neighbour, state="active"
            ).count()
            == 1
        )
        lesson = make_room(
            rota=rota_of_now(rota), seats=1, title="最后一个位子", starts_at=in_three_days()
        )
        first, second = (family.user for family in make_families(2))
    the_last_seat_passes_on(open_page, first, second, lesson)
    with county.data():
        assert list(
            Booking.objects.filter(session=lesson).order_by("pk").values_list("state", flat=True)
        ) == ["cancelled", "confirmed"]


def let_the_solver_plan(desk: Page, rota: Rota) -> None:
    """自动排班 from the draft's board; the panel's numbers move by themselves until the proposal is
    there."""
    desk.add_init_script(REMEMBER_NUMBERS)
    desk.goto(f"/c/rotas/{rota.pk}/")
    desk.get_by_role("button", name="自动排班").click()
    expect(desk.locator("#run h2")).to_have_text(re.compile("排队中|正在排班"))
    stay(desk)
    expect(desk.get_by_text("排好了，等你看")).to_be_visible(timeout=SOLVED)
    stayed(desk)
    seen = desk.evaluate("() => sessionStorage.numbers").split()
    # From no number, because there is no plan yet, to at least one plan before it ended.
    assert seen[0] == "–" and len(seen) > 1, seen


def read_the_proposal(desk: Page) -> None:
    """What changes for whom, how good it is, and why a place stays empty."""
    desk.get_by_role("link", name="看方案").click()
    expect(desk.get_by_text(re.compile("离理论最好最多差|能排出的最好的方案"))).to_be_visible()
    expect(desk.get_by_role("heading", name="谁的班会变")).to_be_visible()
    assert desk.locator("li[data-change=new]").count() > 0
    hole = desk.locator("details.hole").first
    hole.locator("summary").click()
    expect(hole.get_by_text("全部志愿者")).to_be_visible()


def publish(desk: Page) -> None:
    desk.on("dialog", lambda question: question.accept())
    desk.get_by_role("button", name=re.compile(r"发布这 \d+ 个邀请")).click()
    expect(desk.get_by_role("heading", name="已发布")).to_be_visible(timeout=SOLVED)


def pick_the_shift(phone: Page, shift: Shift) -> None:
    card = phone.locator(f"#card-{shift.pk}")
    card.get_by_role("button", name="报名这一场").click()
    expect(card).to_contain_text("已确认")


def the_last_seat_passes_on(
    open_page: OpenPage, first: User, second: User, lesson: Session
) -> None:
    """One books it, one waits; she who waits sees the seat come without a reload, and takes it."""
    holds, waits = (
        phone_of(open_page, user, f"/f/sessions/{lesson.pk}/") for user in (first, second)
    )
    holds.get_by_role("button", name="确认预约").click()
    expect(holds.locator(".ticket")).to_contain_text("约好了")
    expect(waits.locator(".submit-bar")).to_contain_text(
        "排候补", timeout=SOON
    )  # her open page knows that it is full
    stayed(waits)
    waits.get_by_role("button", name="排候补").click()
    expect(waits.locator(".ticket")).to_contain_text("候补第 1 位")
    stay(waits)
    cancel(holds)
    take = waits.get_by_role("button", name="要这个位子")
    expect(take).to_be_visible(timeout=SOON)
    stayed(waits)
    take.click()
    expect(waits.locator(".ticket")).to_contain_text("约好了")


def cancel(ticket: Page) -> None:
    ticket.on("dialog", lambda question: question.accept())
    ticket.get_by_role("button", name="取消预约").click()
    expect(ticket.locator("main")).to_contain_text("已取消")


def test_a_page_that_lost_its_line_is_right_again_without_reload(
    platform: Platform, open_page: OpenPage
) -> None:
    with platform.data():
        lesson = make_room(
            rota=make_rota(starts_on=clock.monday_of(local_day(clock.now()))),
            seats=1,
            starts_at=in_three_days(),
        )
        first, second = make_families(2)
        held, waits = book_all(first, lesson, clock.now()), book_all(second, lesson, clock.now())
    with line_to(platform.url) as line:
        page = phone_of(open_page, second.user, f"/f/bookings/{waits.pk}/", base_url=line.url)
        line.cut()
        expect(page.locator("body:not([data-live-state=on])")).to_be_visible()
        with platform.data():
            cancel_booking(booking_id=held.pk, actor=None, now=clock.now())
        expect(page.locator(".ticket")).to_contain_text("候补第 1 位")  # it could not hear of it
        line.mend()
        expect(page.get_by_role("button", name="要这个位子")).to_be_visible(timeout=40_000)
        stayed(page)


def test_a_shift_is_picked_without_script(platform: Platform, open_page: OpenPage) -> None:
    with platform.data():
        rota = make_rota(starts_on=clock.monday_of(local_day(clock.now())))
        shift = make_session(rota=rota, starts_at=in_three_days(), title="值班").shifts.get()
        her = make_volunteer(name="陈秀英", with_user=True)
    page = open_page(user=her.user, java_script_enabled=False, **PHONE)
    page.goto(day_of(shift))
    pick_the_shift(page, shift)
    with platform.data():
        assert Assignment.objects.get().volunteer == her


def phone_of(open_page: OpenPage, user: User | None, path: str, **options: str) -> Page:
    """A phone with that page, listening."""
    page = open_page(user=user, **PHONE | options)
    page.goto(path)
    stay(page)
    return page


def stay(page: Page) -> None:
    """From here on the page listens, and `stayed` fails if it was loaded anew."""
    page.locator("body[data-live-state=on]").wait_for()
    page.evaluate("() => { window.stayed = true }")


def stayed(*pages: Page) -> None:
    assert all(page.evaluate("() => window.stayed === true") for page in pages)


def two_who_are_asked_once(proposal: Proposal) -> list[Asked]:
    asked_elsewhere = Offer.objects.filter(state="pending").values("volunteer_id")
    lines = proposal.lines.filter(change="new", volunteer_id__isnull=False).exclude(
        volunteer_id__in=asked_elsewhere
    )
    once = lines.values("volunteer_id").annotate(n=Count("pk")).filter(n=1).values("volunteer_id")
    timed = Session.objects.filter(rota_id=proposal.rota_id, starts_at__isnull=False).values("pk")
    found = lines.filter(volunteer_id__in=once, session_id__in=timed).order_by("-pk")[:2]
    return [
        Asked(
            her := Volunteer.objects.get(pk=line.volunteer_id),
            account_of(her),
            Shift.objects.get(pk=line.shift_id),
        )
        for line in found
    ]


def account_of(her: Volunteer) -> User:
    """Hers; one is made when the demo gave her none."""
    if her.user is None:
        her.user = make_user(name=her.name)
        her.save(update_fields=["user"])
    return her.user


def one_who_may(shift: Shift) -> Volunteer:
    """A volunteer of the rota's own organisation, free, next door and with every credential that
    the shift asks for."""
    there = (shift.session.latitude, shift.session.longitude)
    held = dict.fromkeys(shift.role.requires.values_list("code", flat=True))
    return make_volunteer(
        name="曾桂香",
        organisation=shift.session.rota.organisation,
        qualifications=held,
        point=there,
        with_user=True,
    )


def rota_of_now(planned: Rota) -> Rota:
    """The published rota of the same organisation that covers this week."""
    return (
        Rota.objects.filter(organisation=planned.organisation, state="published")
        .exclude(pk=planned.pk)
        .latest("starts_on")
    )


def day_of(shift: Shift) -> str:
    day = local_day(shift.session.starts_at)
    return f"/v/?from={day}&day={day}"


def in_three_days() -> datetime:
    return local_midnight(local_day(clock.now()) + timedelta(days=3)) + timedelta(hours=10)
