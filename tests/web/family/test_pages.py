"""The family's phone pages, as a browser without script sees them."""

from __future__ import annotations

import ast
import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backend import web
from backend.accounts.models import Access, Consent
from backend.bookings import operations as op
from backend.bookings.models import Booking
from backend.common import clock
from backend.families.models import Child, Family, Request
from backend.families.operations import ask_guardian
from backend.families.policy import CONSENT_TEXT
from backend.notifications.links import Link, Purpose
from backend.notifications.questions import question_of
from backend.programmes.models import Role
from backend.rights import operations as rights
from backend.rota.agreed import Agreed
from backend.rota.models import Session
from tests.again import show_again
from tests.bookings.room import book_all, fresh, make_families, make_room
from tests.factories import (
    NOW,
    at,
    make_booking,
    make_engagement,
    make_family,
    make_programme,
    make_request,
    make_user,
    make_venue,
)

pytestmark = pytest.mark.django_db
WEDNESDAY = at("2026-12-02 09:30")


@pytest.fixture(autouse=True)
def saturday_noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """It is Saturday 28 November 2026, noon."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return NOW


@pytest.fixture
def family() -> Family:
    return make_family(agreed=True)


@pytest.fixture
def browser(family: Family) -> Client:
    client = Client()
    client.force_login(family.user)
    show_again(client, family.user)
    return client


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def send(client: Client, name: str, *args: Any, **fields: Any) -> Any:
    return client.post(reverse(f"family:{name}", args=args), fields, follow=True)


def room(**fields: Any) -> Any:
    return make_room(**({"starts_at": WEDNESDAY, "title": "抓一抓、捏一捏"} | fields))


# --- 预约 -----------------------------------------------------------------------------------------
def test_the_list_shows_what_suits_the_child_near_home(browser: Client) -> None:
    room(seats=6)
    room(title="太大的孩子", months=(30, 36))
    room(title="太远", point=(26.5, 119.9))
    room(title="入户", group="visit-1")
    room(title="草稿", state="planned")
    page = text(browser, "/f/")
    assert "宝宝1，一起去玩" in page
    assert page.count("shift-card-title") == 1
    assert "抓一抓、捏一捏" in page and "还有 6 个位子" in page and "离家 0.0 公里" in page
    assert "6 位" in " ".join(page.split())  # in the strip of days


@pytest.mark.parametrize(("seats", "words"), [(2, "只剩 2 个"), (0, "满了，候补第 2 位")])
def test_seats_in_words(browser: Client, seats: int, words: str) -> None:
    session = room(seats=seats)
    if not seats:
        book_all(make_family(agreed=True), session)
    assert words in text(browser, "/f/")
    assert words in text(browser, "/f/sessions/?day=2026-12-02")


def test_another_day_another_child(browser: Client, family: Family) -> None:
    baby = Child.objects.create(family=family, nickname="小橘子", birth_month="2026-10")
    Consent.objects.create(
        user=family.user,
        child_id=baby.pk,
        purpose="booking",
        text_version="t",
        how="page",
        given_at=NOW,
    )
    room(title="爬一爬", months=(0, 6), starts_at=at("2026-12-03 09:30"))
    room()
    assert "爬一爬" not in text(browser, "/f/?day=2026-12-02")
    page = text(browser, f"/f/?day=2026-12-03&child={baby.pk}")
    assert "爬一爬" in page and "小橘子，一起去玩" in page


@pytest.mark.parametrize(
    "query",
    ["day=x", "day=1999-01-01", "from=9999-12-31", "child=x", "page=x", "child=999999&page=7"],
)
def test_nonsense_in_the_address_is_the_default(browser: Client, query: str) -> None:
    room()
    text(browser, f"/f/?{query}")


def test_without_children_it_asks_for_one(browser: Client, family: Family) -> None:
    family.children.all().delete()
    assert "加一个孩子" in text(browser, "/f/")


# --- one session ----------------------------------------------------------------------------------
def test_a_session_shows_its_times_its_places_and_who_leads_it(browser: Client) -> None:
    venue = make_venue(name="金山街道妇女儿童之家")
    session = room(seats=6, venue=venue)
    room(seats=1, venue=venue, starts_at=at("2026-12-02 10:30"))
    room(seats=0, venue=venue, starts_at=at("2026-12-02 14:30"))
    room(seats=5, venue=make_venue(name="建新镇儿童友好驿站"))
    page = text(browser, reverse("family:session", args=[session.pk]))
    for words in (
        "还有 6 个位子",
        "只剩 1 个",
        "满了，候补第 1 位",
        "金山街道妇女儿童之家",
        "建新镇儿童友好驿站",
        "lead 1 位",
        "0–36 月龄",
        "60 分钟",
        "确认预约",
    ):
        assert words in page, words
    assert "陈秀英" not in page  # no volunteer's name without her consent


def test_booking_from_the_page(browser: Client, family: Family) -> None:
    session = room(seats=6)
    answer = send(
        browser, "confirm", session=session.pk, shown=session.pk, child=family.children.get().pk
    )
    booking = Booking.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("family:ticket", args=[booking.pk])
    page = answer.content.decode()
    assert "约好了" in page and booking.code in page and "加到日历" in page and 'class="qr"' in page


def test_a_full_session_gives_a_place_in_the_line(browser: Client, family: Family) -> None:
    session = room(seats=1)
    for other in make_families(3):
        book_all(other, session)
    page = text(browser, reverse("family:session", args=[session.pk]))
    assert "满了，候补第 3 位" in page and "排候补" in page
    answer = send(
        browser, "confirm", session=session.pk, shown=session.pk, child=family.children.get().pk
    )
    assert "候补第 3 位" in answer.content.decode()


def test_without_script_a_changed_choice_is_shown_before_it_is_booked(
    browser: Client, family: Family
) -> None:
    shown, chosen = room(), room(starts_at=at("2026-12-02 14:30"))
    answer = send(
        browser, "confirm", session=chosen.pk, shown=shown.pk, child=family.children.get().pk
    )
    assert not Booking.objects.exists()
    assert "看一眼再点一次" in answer.content.decode() and answer.redirect_chain[-1][0].startswith(
        reverse("family:session", args=[chosen.pk])
    )


def test_picking_leads_to_that_session(browser: Client, family: Family) -> None:
    session, child = room(), family.children.get()
    answer = browser.get(f"/f/pick/?session={session.pk}&child={child.pk}")
    assert answer.headers["Location"] == f"/f/sessions/{session.pk}/?child={child.pk}"
    assert browser.get("/f/pick/?session=x").status_code == 404


def test_the_wrong_age_is_said_before_and_after(browser: Client, family: Family) -> None:
    session = room(months=(30, 36))
    words = "这一场适合 30–36 个月，那天宝宝 21 个月"
    assert words in text(browser, reverse("family:session", args=[session.pk]))
    answer = browser.post("/f/confirm/", {"session": session.pk, "child": family.children.get().pk})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not Booking.objects.exists()


def test_no_consent_and_no_child_are_refused_in_words(browser: Client, family: Family) -> None:
    session = room()
    assert "请选一个孩子" in browser.post("/f/confirm/", {"session": session.pk}).content.decode()
    Consent.objects.update(withdrawn_at=NOW)
    answer = browser.post("/f/confirm/", {"session": session.pk, "child": family.children.get().pk})
    assert answer.status_code == 422 and "要先由监护人同意" in answer.content.decode()


def test_two_children_come_together(browser: Client, family: Family) -> None:
    Child.objects.create(family=family, nickname="小橘子", birth_month="2025-03")
    for child in family.children.all():
        Consent.objects.get_or_create(
            user=family.user,
            child_id=child.pk,
            purpose="booking",
            defaults={"text_version": "t", "how": "page", "given_at": NOW},
        )
    session, ids = room(seats=6), [child.pk for child in family.children.order_by("pk")]
    assert "谁去" in text(browser, reverse("family:session", args=[session.pk]))
    send(browser, "confirm", session=session.pk, shown=session.pk, child=ids)
    assert Booking.objects.get().seats == 2


def test_a_booked_session_leads_to_its_ticket(browser: Client, family: Family) -> None:
    booking = book_all(family, room())
    assert reverse("family:ticket", args=[booking.pk]) in text(
        browser, reverse("family:session", args=[booking.session_id])
    )
    assert "约好了" in text(browser, "/f/?day=2026-12-02")


# --- 我的预约 -------------------------------------------------------------------------------------
def test_an_offered_seat_can_be_taken(browser: Client, family: Family) -> None:
    session = room(seats=1)
    first = book_all(make_family(agreed=True), session)
    mine = book_all(family, session)
    op.cancel_booking(booking_id=first.pk, actor=None, now=NOW)
    for path in ("/f/", "/f/offers/", "/f/bookings/", f"/f/bookings/{mine.pk}/"):
        page = text(browser, path)
        assert "要这个位子" in page and "有位子了，请在明天 12:00 前回复" in page, path
    assert "约好了" in send(browser, "answer_seat", mine.pk, answer="yes").content.decode()
    assert fresh(mine).state == "confirmed"


def test_an_offered_seat_can_be_let_go(browser: Client, family: Family) -> None:
    session = room(seats=1)
    first, mine = book_all(make_family(agreed=True), session), book_all(family, session)
    op.cancel_booking(booking_id=first.pk, actor=None, now=NOW)
    send(browser, "answer_seat", mine.pk, answer="no")
    assert fresh(mine).state == "cancelled"
    assert (
        "这个位子已经不在了" in send(browser, "answer_seat", mine.pk, answer="yes").content.decode()
    )


def test_a_no_that_crosses_a_yes_of_another_telephone_is_asked_first(
    browser: Client, family: Family
) -> None:
    session = room(seats=1)
    first = book_all(make_family(agreed=True), session)
    mine = book_all(family, session)
    op.cancel_booking(booking_id=first.pk, actor=None, now=NOW)
    op.accept_seat(booking_id=mine.pk, actor=None, now=NOW)
    page = send(browser, "answer_seat", mine.pk, answer="no").content.decode()
    assert "确定取消吗" in page and fresh(mine).state == "confirmed"
    send(browser, "answer_seat", mine.pk, answer="no", asked="yes")
    assert fresh(mine).state == "cancelled"


def test_her_page_opens_with_a_child_for_whom_she_may_book() -> None:
    two = make_family(children=("2025-03", "2025-05"), agreed=True)
    first, second = two.children.order_by("pk")
    op.withdraw_consent_and_seats(
        family_id=two.pk, child_id=first.pk, purpose="booking", actor=two.user, now=NOW
    )
    client = Client()
    client.force_login(two.user)
    page = text(client, "/f/")
    assert "去看同意书" not in page and f"child={second.pk}&amp;from=" in page
    assert "去看同意书" in text(client, f"/f/?child={first.pk}")


def test_the_list_of_bookings(browser: Client, family: Family) -> None:
    assert "接下来没有预约" in text(browser, "/f/bookings/")
    book_all(family, room())
    make_booking(
        family=family, session=make_room(starts_at=at("2026-11-20 09:30")), state="attended"
    )
    make_booking(family=family, session=make_room(starts_at=at("2026-11-21 09:30")))
    page = text(browser, "/f/bookings/")
    assert page.index("接下来") < page.index("约好了") < page.index("以前") < page.index("来过")
    assert page.count("shift-card-title") == 3


def test_cancelling(browser: Client, family: Family) -> None:
    booking = book_all(family, room())
    assert "确定取消吗" in send(browser, "cancel", booking.pk).content.decode()
    assert fresh(booking).state == "confirmed"
    page = send(browser, "cancel", booking.pk, asked="yes").content.decode()
    assert "取消了，位子空出来了" in page
    assert fresh(booking).state == "cancelled"
    page = text(browser, reverse("family:ticket", args=[booking.pk]))
    assert "已取消" in page and booking.code not in page


def test_changing_the_time(browser: Client, family: Family) -> None:
    booking, there = book_all(family, room()), room(seats=3, starts_at=at("2026-12-03 10:00"))
    room(seats=0, starts_at=at("2026-12-04 10:00"), title="满了的")
    page = text(browser, reverse("family:move", args=[booking.pk]))
    assert "12 月 3 日 周四 10:00" in page and "满了的" not in page
    assert (
        "请选一个时间" in browser.post(reverse("family:move", args=[booking.pk])).content.decode()
    )
    assert "改好了" in send(browser, "move", booking.pk, session=there.pk).content.decode()
    assert (fresh(booking).state, fresh(there).seats_taken) == ("cancelled", 1)


def test_the_calendar_file_names_no_child(browser: Client, family: Family) -> None:
    booking = book_all(family, room())
    file = browser.get(reverse("family:calendar", args=[booking.pk]))
    assert file.headers["Content-Type"].startswith("text/calendar")
    lines = file.content.decode()
    assert (
        "DTSTART;TZID=Asia/Shanghai:20261202T093000" in lines
        and "VALARM" in lines
        and "宝宝" not in lines
    )


# --- 心愿 -----------------------------------------------------------------------------------------
def test_a_wish_is_made_and_ended(browser: Client, family: Family) -> None:
    programme = make_programme()
    make_engagement(programme=programme, seats_min=1, seats_max=8, seats_per_volunteer=4)
    page = send(
        browser, "requests", programme=programme.pk, rhythm="2-1", part="weekend"
    ).content.decode()
    assert "我们家想去" in page and "：周末，路上 " in page and "分钟以内，两周一次" in page
    wish = Request.objects.get()
    again = browser.post("/f/requests/", {"programme": programme.pk, "rhythm": "1-1"})
    assert again.status_code == 422 and "同一个项目的心愿已经有了" in again.content.decode()
    send(browser, "close_request", wish.pk)
    assert fresh(wish).state == "closed"


def test_a_form_that_is_sent_empty_says_what_it_lacks(browser: Client, family: Family) -> None:
    child = family.children.get()
    for address in ("/f/requests/", f"/f/me/children/{child.pk}/"):
        assert browser.get(address).status_code == 200
        sent = browser.post(address, {})
        assert (address, sent.status_code) == (address, 422)
        assert sent.context["form"].errors != {}


def test_a_wish_without_consent_says_that_it_rests(browser: Client, family: Family) -> None:
    make_request(family=family)
    assert "先停着" not in text(browser, "/f/requests/")
    send(browser, "consent", family.children.get().pk, "booking", agree="no")
    assert "先停着：没有孩子的同意书" in text(browser, "/f/requests/")


def test_when_the_family_can_come(browser: Client, family: Family) -> None:
    send(browser, "hours", free=["5-am", "6-pm", "9-xx"])
    assert (
        list(family.availability.order_by("weekday").values_list("weekday", "start", "end")) != []
    )
    assert {row.weekday for row in family.availability.all()} >= {5, 6}


# --- 我的 -----------------------------------------------------------------------------------------
def test_a_child_is_added_corrected_and_removed(browser: Client, family: Family) -> None:
    fields = {"nickname": "小橘子", "year": 2026, "month": 3}
    refused = browser.post("/f/me/children/", fields)
    assert refused.status_code == 422 and "要监护人同意" in refused.content.decode()
    assert "小橘子" in send(browser, "new_child", booking="on", **fields).content.decode()
    child = family.children.order_by("pk").last()
    assert child.birth_month == "2026-03"
    send(browser, "child", child.pk, nickname="橘子", year=2026, month=4)
    assert (fresh(child).nickname, fresh(child).birth_month) == ("橘子", "2026-04")
    booking = op.book(
        family_id=family.pk, session_id=room().pk, child_ids=[child.pk], actor=None, now=NOW
    )
    assert "孩子的资料会马上删除" in send(browser, "remove_child", child.pk).content.decode()
    assert Child.objects.filter(pk=child.pk).exists()
    send(browser, "remove_child", child.pk, asked="yes")
    assert not Child.objects.filter(pk=child.pk).exists()
    assert fresh(booking).state == "cancelled"


def test_consent_is_taken_back_as_easily_as_given(browser: Client, family: Family) -> None:
    child = family.children.get()
    page = text(browser, reverse("family:child", args=[child.pk]))
    assert page.count("同意了") == 1 and "不同意就不能预约" in page
    send(browser, "consent", child.pk, "booking", agree="no")
    assert not Consent.objects.filter(withdrawn_at__isnull=True).exists()
    send(browser, "consent", child.pk, "booking", agree="yes")
    assert Consent.objects.get(withdrawn_at__isnull=True).text_version == CONSENT_TEXT
    assert browser.post(reverse("family:consent", args=[child.pk, "anything"])).status_code == 404


def test_the_family_takes_its_data_along(browser: Client, family: Family) -> None:
    answer = browser.get("/f/me/data.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        data = json.loads(file.read(f"{family.number}.json"))
        assert "宝宝1" in file.read(f"{family.number}.txt").decode("utf-8-sig")
    assert data["children"] == [{"nickname": "宝宝1", "birth_month": "2025-03", "note": ""}]
    assert Access.objects.filter(action="export", subject=f"family:{family.pk}").exists()


def test_whoever_has_her_telephone_for_a_minute_takes_and_erases_nothing(family: Family) -> None:
    other = Client()
    other.force_login(family.user)
    child = family.children.get()
    adult = ask_guardian(
        family_id=family.pk, called="外公", phone="13900139009", actor=family.user, now=NOW
    )
    remove = reverse("family:remove_child", args=[child.pk])
    for answer, onward in (
        (other.get(reverse("family:export")), "data"),
        (other.post(reverse("family:erase")), "erase"),
        (other.post(remove, {"asked": "yes"}), f"children%2F{child.pk}"),
        (other.post("/f/me/adults/", {"called": "外婆", "phone": "13900139000"}), "adults"),
        (other.post(reverse("family:let_out", args=[adult.pk]), {"asked": "yes"}), "adults"),
    ):
        assert answer.headers["Location"] == f"{reverse('again')}?next=%2Ff%2Fme%2F{onward}%2F"
    page = reverse("family:child", args=[child.pk])
    for here in ("/f/me/erase/", page, "/f/me/adults/"):
        assert f"{reverse('again')}?next={here}" in text(other, here)
    assert remove not in text(other, page)
    show_again(other, family.user)
    assert remove in text(other, page)
    assert list(family.guardians.all()) == [adult]
    assert fresh(family).active and Child.objects.filter(pk=child.pk).exists()


ERASING = {"erase_child", "erase_family", "erase_volunteer"}


LETTING_IN = {"ask_guardian", "let_guardian_out"}  # who sees the children, and who no more


def test_no_page_erases_anybody_or_lets_anybody_in_or_out_without_a_second_proof() -> None:
    """Whoever adds one to backend/rights has to add its page here, and the page its guard."""
    assert {name for name in rights.__all__ if name.startswith("erase_")} == ERASING
    pages = set()
    for path in Path(web.__file__).parent.rglob("*.py"):
        for one in ast.walk(ast.parse(path.read_text())):
            names = {node.id for node in ast.walk(one) if isinstance(node, ast.Name)}
            if isinstance(one, ast.FunctionDef) and names & (ERASING | LETTING_IN):
                assert "has_shown" in names, f"{path}: {one.name}"
                pages.add(one.name)
    assert pages == {"erase", "remove_child", "adults", "let_out"}


def test_everything_is_erased(browser: Client, family: Family) -> None:
    booking = book_all(family, room())
    assert "不能恢复" in text(browser, "/f/me/erase/")
    send(browser, "erase")
    assert (fresh(booking).state, Child.objects.count(), fresh(family).active) == (
        "cancelled",
        0,
        False,
    )
    assert browser.get("/f/").status_code == 302  # signed out


# --- who may see what -----------------------------------------------------------------------------
def test_another_familys_things_do_not_exist(browser: Client) -> None:
    other = make_family(agreed=True)
    booking = book_all(other, room())
    child = other.children.get()
    for name, pk in (
        ("ticket", booking.pk),
        ("ticket_fragment", booking.pk),
        ("calendar", booking.pk),
        ("move", booking.pk),
        ("child", child.pk),
    ):
        assert browser.get(reverse(f"family:{name}", args=[pk])).status_code == 404, name
    for name, pk in (("cancel", booking.pk), ("answer_seat", booking.pk), ("move", booking.pk)):
        assert (
            browser.post(
                reverse(f"family:{name}", args=[pk]), {"session": booking.session_id}
            ).status_code
            == 404
        ), name
    for asked in ({}, {"asked": "yes"}):
        assert send(browser, "remove_child", child.pk, **asked).status_code == 404
    assert fresh(booking).state == "confirmed" and Child.objects.filter(pk=child.pk).exists()


def test_a_stranger_signs_in_first_and_who_is_no_family_finds_nothing() -> None:
    client = Client()
    assert client.get("/f/").status_code == 302
    client.force_login(make_user())
    assert client.get("/f/").status_code == 404


# --- how much it costs ----------------------------------------------------------------------------
def test_as_many_queries_for_thirty_rows_as_for_three(browser: Client, family: Family) -> None:
    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            text(browser, path)
        return len(seen)

    def grow(count: int) -> Any:
        for n in range(count):
            session = room(seats=1, starts_at=WEDNESDAY + timedelta(minutes=5 * n))
            book_all(make_family(agreed=True), session)
        make_booking(
            family=family,
            session=room(seats=1, starts_at=at("2026-12-03 09:30") + timedelta(hours=count)),
            state="waiting",
        )
        return session

    session = grow(3)
    paths = [
        "/f/?day=2026-12-02",
        "/f/bookings/",
        reverse("family:session", args=[session.pk]),
        "/f/requests/",
        "/f/me/",
    ]
    paths.append(reverse("family:ticket", args=[family.bookings.first().pk]))
    few = {path: cost(path) for path in paths}
    grow(30)
    assert {path: cost(path) for path in paths} == few
    # one is the bell's, one asks for whom a visit may be asked for
    assert max(few.values()) <= 12 + 2, few


# --- a session that was changed -------------------------------------------------------------------
def moved(session: Session, **fields: Any) -> None:
    """The coordinator's change, and the question that follows it."""
    session = fresh(session)
    before = Agreed.of(session)
    Session.objects.filter(pk=session.pk).update(**fields)
    op.ask_families_again(session_id=session.pk, before=before, actor=None, now=NOW)


TUESDAY = {"starts_at": at("2026-12-08 15:00"), "ends_at": at("2026-12-08 16:00")}


def test_a_moved_session_is_asked_about_with_old_and_new(browser: Client, family: Family) -> None:
    booking = book_all(family, room())
    moved(booking.session, **TUESDAY)
    for path in ("/f/", "/f/bookings/", f"/f/bookings/{booking.pk}/"):
        page = text(browser, path)
        assert "这一场改了，还来吗？请在 11 月 30 日 周一 12:00 前回复" in page, path
        assert "原来 12 月 2 日 周三 9:30–10:30 → 现在 12 月 8 日 周二 15:00–16:00" in page, path
        assert "还来" in page and "不来了" in page
    assert "约好了" in send(browser, "answer_seat", booking.pk, answer="yes").content.decode()
    assert fresh(booking).state == "confirmed"


def test_not_coming_any_more(browser: Client, family: Family) -> None:
    booking = book_all(family, room())
    moved(booking.session, **TUESDAY)
    page = send(browser, "answer_seat", booking.pk, answer="no").content.decode()
    assert "好的，位子空出来了" in page and fresh(booking).state == "cancelled"


def test_two_at_one_time_are_named_and_she_chooses(browser: Client, family: Family) -> None:
    kept = book_all(family, room(title="爬一爬", starts_at=TUESDAY["starts_at"]))
    booking = book_all(family, room())
    moved(booking.session, **TUESDAY)
    page = text(browser, "/f/bookings/")
    assert "跟你们约好的 12 月 8 日 周二 15:00「爬一爬」撞了，只能去一场" in page
    assert reverse("family:ticket", args=[kept.pk]) in page and "还来</button>" not in page
    answer = send(browser, "answer_seat", booking.pk, answer="yes").content.decode()
    assert "约好的那一场时间重叠" in answer and fresh(booking).state == "asked"


def test_a_child_that_no_longer_fits_is_told_and_shown_another(
    browser: Client, family: Family
) -> None:
    booking = book_all(family, room())
    moved(booking.session, months_low=6, months_high=12)
    page = text(browser, "/f/bookings/")
    assert "原来 0–36 月龄 → 现在 6–12 月龄" in page
    assert "这一场适合 6–12 个月，那天宝宝 21 个月" in page
    assert reverse("family:move", args=[booking.pk]) in page and "不来了" in page


def test_a_ticket_names_the_child_that_fits_again() -> None:
    both = make_family(children=("2025-03", "2025-05"), agreed=True)
    client = Client()
    client.force_login(both.user)
    booking = book_all(both, room(seats=3))
    child = both.children.order_by("pk")[0]
    path = reverse("family:ticket", args=[booking.pk])
    assert "也合适了" not in text(client, path)
    booking.children.remove(child)
    booking.left_for_age.add(child)
    assert f"{child.nickname}：点「换孩子」可以加上" in text(client, path)


def test_a_class_that_takes_place_after_all_says_so_wherever_it_asks(
    browser: Client, family: Family
) -> None:
    session = room(seats=1)
    mine = book_all(family, session)
    Session.objects.filter(pk=session.pk).update(state="cancelled")
    op.cancel_bookings_of_session(session_id=session.pk, actor=None, now=NOW)
    Session.objects.filter(pk=session.pk).update(state="open")
    op.put_back_in_line(session_id=session.pk, actor=None, now=NOW)
    assert fresh(mine).state == "offered"
    link = Link(Purpose.SEAT, family.pk, mine.pk, None)
    asked = question_of(link, NOW)
    assert asked is not None and asked.kind == "reopened"
    for path in ("/f/", "/f/offers/", "/f/bookings/", f"/f/bookings/{mine.pk}/"):
        page = text(browser, path)
        assert "取消的场次又开了，还来吗？" in page and "不来了" in page, path
        assert "有位子了" not in page and "要这个位子" not in page, path
    send(browser, "answer_seat", mine.pk, answer="yes")
    assert (fresh(mine).state, fresh(mine).reopened) == ("confirmed", False)


def test_who_waits_sees_that_it_was_moved(browser: Client, family: Family) -> None:
    session = room(seats=1)
    book_all(make_family(), session)
    waiting = book_all(family, session)
    moved(session, **TUESDAY)
    for path in ("/f/bookings/", f"/f/bookings/{waiting.pk}/"):
        page = text(browser, path)
        assert "候补第 1 位" in page and "原来 12 月 2 日 周三" in page, path


def test_what_was_called_off_stands_apart_with_another_way(browser: Client, family: Family) -> None:
    booking = book_all(family, room())
    Session.objects.filter(pk=booking.session_id).update(
        state="cancelled", cancelled_because="教室漏水"
    )
    for _ in range(2):
        assert "这一场取消了：教室漏水" in text(browser, f"/f/bookings/{booking.pk}/")
        page = text(browser, "/f/bookings/")
        assert "这一场取消了：教室漏水" in page
        assert page.index("取消了，或没约成的") < page.index("这一场取消了")
        assert "以前" not in page and "接下来" not in page
        assert f"/f/?day=2026-12-02&amp;child={family.children.get().pk}" in page
        op.cancel_bookings_of_session(session_id=booking.session_id, actor=None, now=NOW)


# --- what is true at this moment ------------------------------------------------------------------
@pytest.fixture
def clock_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


SOON = WEDNESDAY - timedelta(minutes=100)


def test_in_the_last_hours_who_waits_has_the_live_button(
    browser: Client, family: Family, clock_at: Callable[[datetime], None]
) -> None:
    session = room(seats=1)
    first = book_all(make_family(), session)
    mine = book_all(family, session)
    clock_at(SOON)
    assert "谁先点到是谁的" in text(browser, f"/f/bookings/{mine.pk}/")
    canceller = Client()
    canceller.force_login(first.family.user)
    said = send(canceller, "cancel", first.pk, asked="yes").content.decode()
    assert "取消了，位子空出来了，谁先约到是谁的" in said
    session_page = reverse("family:session", args=[session.pk])
    for path in ("/f/", "/f/bookings/", f"/f/bookings/{mine.pk}/", session_page):
        assert "要这个位子" in text(browser, path), path
    assert "约好了" in send(browser, "answer_seat", mine.pk, answer="yes").content.decode()
    assert fresh(mine).state == "confirmed"


def test_in_the_last_hours_nobody_is_promised_a_place_in_the_line(
    browser: Client, family: Family, clock_at: Callable[[datetime], None]
) -> None:
    session = room(seats=1)
    book_all(make_family(), session)
    waiting = book_all(family, session)
    clock_at(SOON)
    newcomer = Client()
    newcomer.force_login(make_family().user)
    page = text(newcomer, reverse("family:session", args=[session.pk]))
    assert "位子满了，离开始太近，不再排候补" in page and "满了，不再排候补" in page
    assert 'form="booking"' not in page
    child = family.children.get().pk
    said = send(browser, "confirm", session=session.pk, shown=session.pk, child=child)
    assert "现在没有空位" in said.content.decode() and fresh(waiting).state == "waiting"


def test_a_class_without_a_teacher_is_not_full(browser: Client, family: Family) -> None:
    session = room(seats=6, staff=0)
    page = text(browser, "/f/?day=2026-12-02")
    assert "还没有老师报名，可以先候补" in page and "满了" not in page
    page = text(browser, reverse("family:session", args=[session.pk]))
    assert "老师还没定" in page and "有了告诉我" in page and "满了，" not in page
    child = family.children.get().pk
    said = send(browser, "confirm", session=session.pk, shown=session.pk, child=child)
    assert "记下了，有老师了就告诉你" in said.content.decode()


def test_helpers_alone_sell_no_seat(browser: Client) -> None:
    programme = make_programme()
    Role.objects.update_or_create(
        programme=programme, code="helper", defaults={"name": "现场帮手", "carries_seats": False}
    )
    session = make_room(
        starts_at=WEDNESDAY, programme=programme, shifts=(("helper", 0, 3),), seats=30, staff=3
    )
    page = text(browser, reverse("family:session", args=[session.pk]))
    assert "老师还没定" in page and "现场帮手 3 位" in page and "有了告诉我" in page


def test_a_class_that_is_over_does_not_say_booked_for_ever(
    browser: Client, family: Family, clock_at: Callable[[datetime], None]
) -> None:
    booking = book_all(family, room())
    ticket = reverse("family:ticket", args=[booking.pk])
    clock_at(WEDNESDAY + timedelta(minutes=5))
    assert "正在进行" in text(browser, ticket)
    clock_at(WEDNESDAY + timedelta(hours=2))
    for path in ("/f/bookings/", ticket):
        page = text(browser, path)
        assert "结束了，到场还没有登记" in page and "约好了" not in page, path


# --- the wrong child ------------------------------------------------------------------------------
def test_the_wrong_age_leads_to_what_fits(browser: Client, family: Family) -> None:
    session = room(months=(30, 36))
    page = text(browser, reverse("family:session", args=[session.pk]))
    assert 'form="booking"' not in page
    assert "看 21 个月能去的" in page
    assert f"/f/?child={family.children.get().pk}&amp;day=2026-12-02" in page


def test_the_child_that_fits_is_chosen_and_can_be_changed_to(
    browser: Client, family: Family
) -> None:
    small = family.children.get()
    tall = Child.objects.create(family=family, nickname="小石榴", birth_month="2024-03")
    Consent.objects.create(
        user=family.user,
        child_id=tall.pk,
        purpose="booking",
        text_version="t",
        how="page",
        given_at=NOW,
    )
    session = room(months=(30, 36))
    address = reverse("family:session", args=[session.pk])
    page = text(browser, address)
    assert f'value="{tall.pk}" checked' in page and "确认预约" in page
    page = text(browser, f"{address}?child={small.pk}")
    assert "换小石榴去" in page and f"{address}?child={tall.pk}" in page
    assert "看 21 个月能去的" in page and 'form="booking"' not in page


def test_without_consent_the_page_says_so_before_she_asks(browser: Client, family: Family) -> None:
    session = room()
    Consent.objects.update(withdrawn_at=NOW)
    page = text(browser, reverse("family:session", args=[session.pk]))
    assert "要先由监护人同意" in page and "去看同意书" in page and 'form="booking"' not in page


def test_what_a_withdrawal_ends_is_said_before(browser: Client, family: Family) -> None:
    child = family.children.get()
    booking = book_all(family, room())
    words = "位子给别的家庭：12 月 2 日 周三 9:30 抓一抓、捏一捏"
    assert words in text(browser, reverse("family:child", args=[child.pk]))
    asked = send(browser, "consent", child.pk, "booking", agree="no").content.decode()
    assert words in asked and fresh(booking).state == "confirmed"
    said = send(browser, "consent", child.pk, "booking", agree="no", asked="yes")
    assert "孩子不再参加这 1 场活动" in said.content.decode()
    assert fresh(booking).state == "cancelled"
    assert "撤回了同意书，已取消" in text(browser, "/f/bookings/")


def test_what_goes_with_a_childs_data_is_said_before(browser: Client, family: Family) -> None:
    child = family.children.get()
    book_all(family, room())
    words = "位子给别的家庭：12 月 2 日 周三 9:30 抓一抓、捏一捏"
    asked = send(browser, "remove_child", child.pk).content.decode()
    assert words in asked and "孩子的资料会马上删除" in asked
    assert text(browser, reverse("family:child", args=[child.pk])).count(words) == 2


def test_what_a_corrected_age_ends_is_said_before(browser: Client, family: Family) -> None:
    child = family.children.get()
    booking = book_all(family, room(months=(12, 24)))
    fields = {"nickname": child.nickname, "year": 2026, "month": 3}
    asked = send(browser, "child", child.pk, **fields).content.decode()
    assert "位子给别的家庭：12 月 2 日 周三 9:30 抓一抓、捏一捏" in asked
    assert 'name="month" value="3"' in asked and fresh(booking).state == "confirmed"
    assert fresh(child).birth_month == "2025-03"
    said = send(browser, "child", child.pk, asked="yes", **fields).content.decode()
    assert "改好了，孩子不再参加这 1 场活动" in said
    assert (fresh(booking).state, fresh(child).birth_month) == ("cancelled", "2026-03")
    assert "月龄不合适，已取消" in text(browser, "/f/bookings/")


def test_a_correction_that_ends_nothing_asks_nothing(browser: Client, family: Family) -> None:
    child = family.children.get()
    book_all(family, room(months=(12, 24)))
    said = send(browser, "child", child.pk, nickname="石榴", year=2025, month=4)
    assert "改好了" in said.content.decode() and fresh(child).birth_month == "2025-04"


def test_of_two_children_the_one_who_fits_can_come_alone(browser: Client) -> None:
    family = make_family(children=["2025-03", "2026-03"], with_user=True)
    tall, small = family.children.order_by("pk")
    small.nickname = "小橘子"
    small.save()
    browser.force_login(family.user)
    booking = book_all(family, room())
    moved(booking.session, months_low=6, months_high=12)
    who = reverse("family:who_comes", args=[booking.pk])
    for path in ("/f/bookings/", f"/f/bookings/{booking.pk}/"):
        page = text(browser, path)
        assert "小橘子合适，可以只让小橘子去" in page and f'href="{who}"' in page, path
    page = text(browser, who)
    assert f'value="{small.pk}" checked' in page and f'value="{tall.pk}" checked' not in page
    assert page.count("，这一场不适合") == 1
    send(browser, "who_comes", booking.pk, child=small.pk)
    assert (fresh(booking).state, fresh(booking).seats) == ("confirmed", 1)
    assert "还来吗" not in text(browser, "/f/bookings/")


def test_an_older_child_can_still_be_corrected(browser: Client, family: Family) -> None:
    child = family.children.get()
    Child.objects.filter(pk=child.pk).delete()
    child = Child.objects.create(family=family, nickname="小石榴", birth_month="2021-05")
    said = send(browser, "child", child.pk, nickname="石榴", year=2021, month=6)
    assert "改好了" in said.content.decode()
    assert (fresh(child).nickname, fresh(child).birth_month) == ("石榴", "2021-06")
    send(browser, "remove_child", child.pk, asked="yes")
    assert not family.children.exists()


def test_a_seat_that_nobody_answered_is_over_before_and_after_the_sweep(
    browser: Client, family: Family
) -> None:
    """Whether anybody has the seat now is not known, so nothing is said of it."""
    booking = make_booking(family=family, session=room(seats=3), state="offered", answer_by=NOW)
    page = text(browser, "/f/bookings/")
    assert "接下来" not in page and "等你回复" not in page
    ticket = reverse("family:ticket", args=[booking.pk])
    for address in ("/f/bookings/", ticket):
        assert "没有按时回复，位子不再给你们留着" in text(browser, address)
    assert "再约一场" in text(browser, ticket)
    op.expire_seats(now=NOW)
    page = text(browser, "/f/bookings/")
    assert "没有按时回复，位子放出来了" in page and "别人" not in page


def test_without_consent_nothing_is_worked_out_from_the_month_of_birth(
    browser: Client, family: Family
) -> None:
    session = room(seats=2, months=(18, 24))
    room(starts_at=at("2026-12-02 14:30"), title="隔壁一场", months=(18, 24))
    child = family.children.get()
    address = reverse("family:session", args=[session.pk])
    age = "20 个月"
    assert age in text(browser, "/f/") and age in text(browser, "/f/me/")
    assert age in text(browser, address) and "隔壁一场" in text(browser, "/f/?day=2026-12-02")
    Consent.objects.update(withdrawn_at=NOW)
    for path in ("/f/", "/f/sessions/"):
        page = text(browser, path)
        assert "还没有同意：用小名和出生年月来预约活动" in page
        assert reverse("family:child", args=[child.pk]) in page
        assert "只剩 2 个" not in page and session.title not in page
    for path in ("/f/", "/f/me/", address):
        assert age not in text(browser, path), path
    assert "隔壁一场" not in text(browser, address)
    send(browser, "consent", child.pk, "booking", agree="yes")
    assert age in text(browser, "/f/") and session.title in text(browser, "/f/")


def test_another_time_is_one_that_the_family_could_come_to(browser: Client, family: Family) -> None:
    """Neither what it has already, nor what meets that."""
    first = room(seats=4)
    same = {"rota": first.rota, "programme": first.programme, "seats": 4}
    hers = room(**same, starts_at=at("2026-12-03 09:30"))
    meets = room(**same, starts_at=at("2026-12-03 09:45"))
    free = room(**same, starts_at=at("2026-12-03 15:30"))
    booking = book_all(family, first)
    book_all(family, hers)
    shown = text(browser, reverse("family:move", args=[booking.pk]))
    offered = [s.pk for s in (first, hers, meets, free) if f'name="seen-{s.pk}"' in shown]
    assert offered == [free.pk]
