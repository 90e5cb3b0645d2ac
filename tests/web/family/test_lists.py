"""我的预约: each session of the family stands once, under the heading that is true of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from backend.bookings import operations as op
from backend.bookings.models import Booking
from backend.common import clock
from backend.families.models import Family
from backend.rota.models import Session
from backend.rota.operations import cancel_session
from tests.bookings.room import book_all, make_room
from tests.factories import NOW, at, make_booking, make_family

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
    """Heading → (title, what is said of it) of each card below it."""
    client = Client()
    client.force_login(family.user)
    page = client.get("/f/bookings/list/").content.decode()
    found = {}
    for part in page.split("<h2>")[1:]:
        cards = part.split("<article")[1:]
        if cards:
            found[part.split("</h2>")[0]] = [_card(card) for card in cards]
    return found


def _card(html: str) -> tuple[str, str]:
    title = re.search(r'shift-card-title">.*?>\s*(.*?)\s*</a>', html, re.S)
    status = re.search(r'shift-card-status">.*?</svg>\s*(.*?)\s*</span>', html, re.S)
    assert title is not None
    return title[1], status[1] if status else ""


def room(title: str, **fields: object) -> Session:
    return make_room(**({"starts_at": at("2026-12-02 09:30"), "title": title} | fields))


ENDED = [
    ("cancelled", "", "已取消"),
    ("cancelled", "consent", "撤回了同意书，已取消"),
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
