"""我的预约: each session of the family stands once, under the heading that is true of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import Consent
from backend.bookings import operations as op
from backend.bookings.models import Booking
from backend.common import clock
from backend.families.models import Family
from backend.rota.agreed import Agreed
from backend.rota.models import Session, Shift
from backend.rota.operations import accept_offer, cancel_session, withdraw_assignment
from tests.bookings.room import book_all, fresh, make_room
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_booking,
    make_family,
    make_offer,
    make_request,
    make_role,
    make_volunteer,
)
from tests.web.listed import listed as cards

pytestmark = pytest.mark.django_db
AHEAD = "接下来"
FALLEN = "取消了，或没约成的"
OVER = "以前"


@pytest.fixture(autouse=True)
def saturday_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def family() -> Family:
    return make_family()


def listed(family: Family) -> dict[str, list[tuple[str, str]]]:
    return cards(family.user, "/f/bookings/list/", r'shift-card-title">.*?>\s*(.*?)\s*</a>')


def room(title: str, **fields: object) -> Session:
    return make_room(**({"starts_at": at("2026-12-02 09:30"), "title": title} | fields))


ENDED = [
    ("cancelled", "", "已取消"),
    ("cancelled", "consent", "撤回了同意书，已取消"),
    ("cancelled", "replanned", "排班改了，这个位子没有了"),
    ("expired", "silence", "没有按时回复，位子放出来了"),
]


@pytest.mark.parametrize(("state", "reason", "said"), ENDED)
def test_a_booking_that_ended_before_its_day_is_not_one_of_the_past(
    family: Family, state: str, reason: str, said: str
) -> None:
    make_booking(family=family, session=room("爬一爬"), state=state, end_reason=reason)
    assert listed(family) == {FALLEN: [("爬一爬", said)]}


def test_a_seat_that_nobody_answered_in_time_is_not_one_of_the_past(family: Family) -> None:
    make_booking(family=family, session=room("爬一爬"), state="offered", answer_by=NOW)
    said = "没有按时回复，位子不再给你们留着"
    assert listed(family) == {FALLEN: [("爬一爬", said)]}


def test_what_was_called_off_moves_to_the_past_when_its_day_is_over(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = room("爬一爬")
    book_all(family, session)
    cancel_session(session_id=session.pk, actor=None, now=NOW, because="教室漏水")
    expected = [("爬一爬", "这一场取消了：教室漏水")]
    assert listed(family) == {FALLEN: expected}
    op.cancel_bookings_of_session(session_id=session.pk, actor=None, now=NOW)
    assert listed(family) == {FALLEN: expected}
    monkeypatch.setattr(clock, "now", lambda: at("2026-12-03 09:30"))
    assert listed(family) == {OVER: expected}


def test_given_up_and_booked_again_is_one_session_to_come_and_one_of_the_past(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = room("爬一爬", seats=3)
    op.cancel_booking(booking_id=book_all(family, session).pk, actor=None, now=NOW)
    assert book_all(family, session).state == Booking.State.CONFIRMED
    assert listed(family) == {AHEAD: [("爬一爬", "约好了")]}
    monkeypatch.setattr(clock, "now", lambda: at("2026-12-03 09:30"))
    assert listed(family) == {OVER: [("爬一爬", "结束了，到场还没有登记")]}


def test_under_way_is_not_over(family: Family) -> None:
    begun = NOW - timedelta(minutes=10)
    make_booking(family=family, session=room("在上的", starts_at=begun))
    make_booking(family=family, session=room("没等到的", starts_at=begun), state="waiting")
    assert listed(family) == {
        AHEAD: [("在上的", "正在进行")],
        FALLEN: [("没等到的", "没等到位子")],
    }


@pytest.mark.parametrize("state", ["offered", "asked"])
def test_who_did_not_answer_reads_so_after_the_session_has_begun_too(
    family: Family, state: str
) -> None:
    """She had a seat; nobody waited for one in vain."""
    begun = NOW - timedelta(minutes=10)
    session = room("爬一爬", starts_at=begun)
    make_booking(family=family, session=session, state=state, answer_by=begun - timedelta(hours=1))
    assert listed(family) == {FALLEN: [("爬一爬", "没有按时回复，位子不再给你们留着")]}


def test_an_offer_that_a_new_plan_took_back_is_told_with_what_else_there_is(
    family: Family,
) -> None:
    """On the page that she opens first, until she has booked something else."""
    wish = make_request(family=family)
    session = room("爬一爬")
    lost = {"state": "cancelled", "end_reason": "replanned", "ended_at": NOW, "request": wish}
    make_booking(family=family, session=session, **lost)
    client = Client()
    client.force_login(family.user)
    for address in ("/f/", "/f/offers/"):
        page = re.sub(r"\s+", "", client.get(address).content.decode())
        assert page.count("排班改了，这个位子没有了") == 1
        assert "心愿还留着，下次排班接着找；也可以自己约别的。" in page
        child = family.children.get().pk
        assert f"/f/?day=2026-12-02&amp;child={child}" in page
    make_booking(family=family, session=room("唱一唱", starts_at=at("2026-12-04 09:30")))
    assert "排班改了" not in client.get("/f/").content.decode()


# --- who is there for the children ----------------------------------------------------------------
KEPT = "老师还没定，还在找。位子给你们留着；要是取消，这里马上会写明"
WAITS = "老师还没定，有了老师才有位子"
AGAIN = "时间或内容改了，老师正在重新确认。位子给你们留着；要是取消，这里马上会写明"


def asked_only(**fields: object) -> Session:
    """A class whose one teacher was asked and has not answered: 主讲 0/1, and its seats exist."""
    session = room("爬一爬", seats=4, staff=0, **fields)
    make_offer(volunteer=make_volunteer(), shift=session.shifts.get())
    return fresh(session)


def pages(family: Family, booking: Booking) -> dict[str, str]:
    """Every page that shows a booking to its family."""
    client = Client()
    client.force_login(family.user)
    addresses = (
        "/f/?day=2026-12-02",
        "/f/bookings/",
        f"/f/bookings/{booking.pk}/",
        f"/f/sessions/{booking.session_id}/",
    )
    return {address: client.get(address).content.decode() for address in addresses}


def answer(family: Family, booking: Booking) -> str:
    client = Client()
    client.force_login(family.user)
    done = client.post(f"/f/bookings/{booking.pk}/answer/", {"answer": "yes"}, follow=True)
    return done.content.decode()


def test_a_seat_in_a_class_that_nobody_leads_yet_says_so_on_every_page(family: Family) -> None:
    session = asked_only()
    booking = book_all(family, session)
    assert booking.state == Booking.State.CONFIRMED
    for address, page in pages(family, booking).items():
        assert KEPT in page, address
    offer = session.offers.get()
    accept_offer(offer_id=offer.pk, actor=None, now=NOW)
    for address, page in pages(family, booking).items():
        assert "老师还没定" not in page, address
    given_back = session.assignments.get()
    withdraw_assignment(assignment_id=given_back.pk, actor=None, now=NOW)
    for address, page in pages(family, booking).items():
        assert KEPT in page, address


def test_an_offered_seat_says_so_before_and_after_the_yes(family: Family) -> None:
    booking = make_booking(family=family, session=asked_only(), state="offered")
    for address in ("/f/?day=2026-12-02", "/f/bookings/", f"/f/bookings/{booking.pk}/"):
        assert KEPT in pages(family, booking)[address], address
    assert f"约好了。{KEPT}" in answer(family, booking)


def test_teachers_who_are_asked_again_are_not_called_unknown(family: Family) -> None:
    """The class was changed: who had said yes is asked whether she still comes."""
    session = asked_only()
    booking = book_all(family, session)
    offer = session.offers.get()
    offer.before = Agreed.of(session).as_json() | {"promised": True}
    offer.save(update_fields=["before"])
    for address, page in pages(family, booking).items():
        assert AGAIN in page and "老师还没定" not in page, address
    Booking.objects.filter(pk=booking.pk).update(state="waiting")
    for address, page in pages(family, booking).items():
        assert "老师正在重新确认，有了老师才有位子" in page, address


def test_who_waits_is_promised_no_seat(family: Family) -> None:
    booking = book_all(family, room("爬一爬", seats=4, staff=0))
    assert booking.state == Booking.State.WAITING
    for address, page in pages(family, booking).items():
        assert WAITS in page and KEPT not in page, address


def test_helpers_do_not_lead(family: Family) -> None:
    session = asked_only()
    helper = make_role(programme=session.programme, code="helper", carries_seats=False)
    shift = Shift.of(session, helper, minimum=0, target=1)
    shift.save()
    make_assignment(volunteer=make_volunteer(), shift=shift)
    booking = book_all(family, session)
    for address, page in pages(family, booking).items():
        assert KEPT in page, address


def test_what_is_under_way_or_called_off_speaks_of_no_teacher_to_come(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = asked_only()
    booking = book_all(family, session)
    monkeypatch.setattr(clock, "now", lambda: session.starts_at)
    for address in ("/f/bookings/", f"/f/bookings/{booking.pk}/"):
        assert "老师还没定" not in pages(family, booking)[address], address
    monkeypatch.setattr(clock, "now", lambda: NOW)
    cancel_session(session_id=session.pk, actor=None, now=NOW, because="没有老师")
    for address in ("/f/bookings/", f"/f/bookings/{booking.pk}/"):
        assert "老师还没定" not in pages(family, booking)[address], address


def test_who_leads_is_asked_once_for_all_bookings(family: Family) -> None:
    client = Client()
    client.force_login(family.user)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/f/bookings/").status_code == 200
        return len(seen)

    def more(day: str) -> None:
        book_all(family, asked_only(starts_at=at(f"2026-12-{day} 09:30")))
        make_booking(
            family=family,
            session=asked_only(starts_at=at(f"2026-12-{day} 14:30")),
            state="cancelled",
        )

    more("02")
    one = cost()
    more("03")
    more("04")
    assert cost() == one


# --- an age that nobody may work out any more -----------------------------------------------------
def test_what_a_withdrawal_does_not_fetch_anew_holds_no_age(family: Family) -> None:
    """A page that stays open: its header is not fetched again, and its list is."""
    client = Client()
    client.force_login(family.user)
    room("爬一爬", seats=3)
    age = "20 个月"
    for name, element in (("/f/", "sessions"), ("/f/me/", "children-list")):
        page = client.get(name).content.decode()
        before, live = page.split(f'<div id="{element}"', 1)
        assert age in live, name
        assert age not in before, name
    Consent.objects.update(withdrawn_at=NOW)
    assert age not in client.get("/f/sessions/").content.decode()
