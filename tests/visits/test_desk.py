"""The desk sees at a glance who is at a home, who should be out, and who must be called."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from backend.bookings.models import Booking
from backend.rota.models import Assignment
from backend.visits.models import Visit
from backend.visits.operations import (
    begin_visit,
    drop_visit_wish,
    find_nobody_home,
    finish_visit,
)
from backend.visits.operations.watching import watch_visits
from tests.visits.scene import STARTS, Street, pair, planned, street
from tests.visits.test_pages import as_, now_is, words

pytestmark = pytest.mark.django_db
ENDS = STARTS + timedelta(hours=1)


@pytest.fixture
def here() -> Street:
    return street()


@pytest.fixture
def visit(here: Street) -> Visit:
    visit = planned(here)
    Booking.objects.update(state="confirmed", answer_by=None)
    return visit


def pages(here: Street, visit: Visit) -> list[str]:
    desk = as_(here.coordinator)
    addresses = (
        reverse("coordinator:today"),
        reverse("coordinator:visits"),
        reverse("coordinator:session", args=[visit.session_id]),
        reverse("coordinator:visit", args=[visit.request_id]),
        reverse("coordinator:visit_alarm", args=[visit.pk]),
    )
    return [words(desk.get(address)) for address in addresses]


def says(here: Street, visit: Visit, sentence: str, word: str) -> bool:
    """All five say the same, the desk's lists and the session's page in a word too."""
    today, listed, session, wish, alarm = pages(here, visit)
    whole = all(sentence in page for page in (today, listed, session, wish, alarm))
    return whole and all(word in page for page in (today, listed, session))


def test_each_page_says_how_far_they_are(
    here: Street, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _second = pair(visit)
    now_is(monkeypatch, STARTS - timedelta(minutes=1))
    assert not any("正在上门的" in page or "该 9:30 到" in page for page in pages(here, visit))
    now_is(monkeypatch, STARTS)
    assert says(here, visit, "该 9:30 到，还没有人说进去了", "该到了")
    begin_visit(assignment_id=first.pk, actor=first.volunteer.user, now=STARTS)
    assert says(here, visit, "9:30 进去了，该 10:30 出来", "在里面")
    assert first.volunteer.name in pages(here, visit)[0]
    assert "现在还不用打电话" in pages(here, visit)[-1]
    now_is(monkeypatch, ENDS)
    late = "9:30 进去了，该 10:30 出来，还没有说出来"
    assert says(here, visit, late, "该出来了")
    watch_visits(now=ENDS + timedelta(minutes=15))
    watch_visits(now=ENDS + timedelta(minutes=30))
    now_is(monkeypatch, ENDS + timedelta(minutes=30))
    assert says(here, visit, late, "打电话")
    today, *_others = pages(here, visit)
    assert "过了时间还没说出来了" in today and "正在上门的" not in today
    finish_visit(assignment_id=first.pk, actor=first.volunteer.user, now=ENDS)
    today, listed, session, wish, alarm = pages(here, visit)
    assert not any("进去了，该" in page for page in (today, listed, session, wish, alarm))
    assert "有人点了结束，都出来了" in alarm


def test_who_never_said_that_they_went_in_is_not_said_to_be_inside(
    here: Street, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _second = pair(visit)
    now_is(monkeypatch, ENDS)
    assert says(here, visit, "没有人说进去过，该 10:30 结束，也没有人说结束", "该出来了")
    find_nobody_home(assignment_id=first.pk, actor=first.volunteer.user, now=ENDS)
    alarm = pages(here, visit)[-1]
    assert "10:30 有人说没人开门，没有进去" in alarm and "都出来了" not in alarm


def test_whose_family_called_it_off_while_they_are_inside_is_on_every_list(
    here: Street, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _second = pair(visit)
    begin_visit(assignment_id=first.pk, actor=first.volunteer.user, now=STARTS)
    now_is(monkeypatch, STARTS + timedelta(minutes=10))
    drop_visit_wish(
        family_id=visit.request.family_id, request_id=visit.request_id, actor=None, now=STARTS
    )
    today, listed, session, *_others = pages(here, visit)
    assert all("9:30 进去了，该 10:30 出来" in page for page in (today, listed, session))


def test_a_visit_to_which_nobody_goes_is_nobodys_concern(
    here: Street, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair(visit)
    Assignment.objects.update(state="withdrawn", ended_at=STARTS - timedelta(hours=1))
    now_is(monkeypatch, STARTS)
    assert "正在上门的" not in pages(here, visit)[0]
