"""我的班表: each session of hers stands once, under the heading that is true of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.common import clock
from backend.rota.models import Assignment, Offer, Session
from backend.rota.operations import (
    cancel_session,
    claim_shift,
    decline_offer,
    expire_offers,
    reopen_session_alone,
    withdraw_assignment,
)
from backend.volunteers.models import Volunteer
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_offer,
    make_session,
    make_volunteer,
)
from tests.web.listed import listed as cards

pytestmark = pytest.mark.django_db
AHEAD = "接下来"
FREE_AGAIN = "你说过去不了的，还有位子"
FALLEN = "不用去了，或去不了的"
OVER = "以前"


@pytest.fixture(autouse=True)
def saturday_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def xiuying() -> Volunteer:
    return make_volunteer(name="陈秀英", with_user=True)


def listed(volunteer: Volunteer) -> dict[str, list[tuple[str, str]]]:
    return cards(
        volunteer.user,
        "/v/mine/list/",
        r'shift-card-title">\s*(?:<a [^>]*>)?(.*?)(?:</a>)?\s*</h3>',
    )


def text(volunteer: Volunteer, name: str, pk: int) -> str:
    client = Client()
    assert volunteer.user
    client.force_login(volunteer.user)
    return client.get(reverse(name, args=[pk])).content.decode()


def full(session: Session) -> Session:
    """Nobody could take a place there any more."""
    for shift in session.shifts.all():
        make_assignment(volunteer=make_volunteer(), shift=shift)
    return session


def test_a_session_to_come_that_was_called_off_is_not_one_of_the_past(xiuying: Volunteer) -> None:
    session = make_session(title="取消的课")
    make_assignment(volunteer=xiuying, shift=session.shifts.get())
    cancel_session(session_id=session.pk, actor=None, now=NOW, because="教室漏水")
    assert listed(xiuying) == {FALLEN: [("取消的课", "这一场取消了：教室漏水")]}


def test_once_its_day_is_over_it_is_one_of_the_past(
    xiuying: Volunteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make_session(title="取消的课")
    make_assignment(volunteer=xiuying, shift=session.shifts.get())
    cancel_session(session_id=session.pk, actor=None, now=NOW)
    assert session.ends_at is not None
    end: datetime = session.ends_at
    monkeypatch.setattr(clock, "now", lambda: end)
    assert listed(xiuying) == {OVER: [("取消的课", "这一场取消了")]}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("declined", "你说过去不了"),
        ("expired", "这一场改了，没等到你的回复"),
        ("lapsed", "这一场又改过，现在没有排你"),
        (None, "这一场改了，不用去了"),
    ],
)
def test_a_promise_that_a_change_ended_says_how(
    xiuying: Volunteer, answer: str | None, said: str
) -> None:
    shift = make_session(title="改了的课").shifts.get()
    make_assignment(volunteer=xiuying, shift=shift, state=Assignment.State.MOVED)
    if answer:
        make_offer(volunteer=xiuying, shift=shift, state=answer, before={"promised": True})
    full(shift.session)
    assert listed(xiuying) == {FALLEN: [("改了的课", said)]}


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ("no", "你说过去不了"),
        ("silence", "这一场取消过，现在又办了，没等到你的回复"),
        ("barred", "这一场取消过，现在又办了，没有排你"),
        ("off again", "这一场取消了：停电"),
    ],
)
def test_of_a_class_that_takes_place_after_all_she_reads_what_became_of_hers(
    xiuying: Volunteer, then: str, said: str
) -> None:
    """Her place ended when it was called off; it was not changed, and she was asked again."""
    session = make_session(title="又办的课")
    had = make_assignment(volunteer=xiuying, shift=session.shifts.get())
    cancel_session(session_id=session.pk, actor=None, now=NOW, because="教室漏水")
    later = NOW + timedelta(minutes=5)
    if then == "barred":
        other = make_session(title="别的课", starts_at=session.starts_at)
        make_assignment(volunteer=xiuying, shift=other.shifts.get())
    reopen_session_alone(session_id=session.pk, actor=None, now=later)
    for offer in Offer.objects.filter(state="pending"):
        if then == "no":
            decline_offer(offer_id=offer.pk, actor=None, now=later)
        elif then == "silence":
            expire_offers(now=offer.answer_by)
    if then == "off again":
        cancel_session(session_id=session.pk, actor=None, now=later, because="停电")
    full(session)
    assert listed(xiuying)[FALLEN] == [("又办的课", said)]
    page = text(xiuying, "volunteer:withdraw", had.pk)
    assert said in page and "这一场改了，不用去了" not in page


def test_a_place_in_a_class_that_changed_tells_of_the_question_that_followed(
    xiuying: Volunteer,
) -> None:
    shift = make_session(title="改了的课", shifts=[("lead", 1, 2)]).shifts.get()
    had = make_assignment(volunteer=xiuying, shift=shift, state=Assignment.State.MOVED)
    offer = make_offer(volunteer=xiuying, shift=shift, before={"promised": True})
    assert "改过以后又问了你" in text(xiuying, "volunteer:withdraw", had.pk)
    Offer.objects.filter(pk=offer.pk).update(state="expired")
    assert "这一场改了，没等到你的回复" in text(xiuying, "volunteer:withdraw", had.pk)


def test_a_promise_that_waits_for_her_answer_is_her_question_alone(xiuying: Volunteer) -> None:
    shift = make_session(title="改了的课", shifts=[("lead", 1, 2)]).shifts.get()
    make_assignment(volunteer=xiuying, shift=shift, state=Assignment.State.MOVED)
    make_offer(volunteer=xiuying, shift=shift, before={"promised": True})
    assert listed(xiuying) == {}


def test_what_she_gave_back_stands_where_she_can_take_it_again_or_with_what_fell_through(
    xiuying: Volunteer,
) -> None:
    free, taken = make_session(title="有位子的"), make_session(title="满了的")
    for session in (free, taken):
        make_assignment(volunteer=xiuying, shift=session.shifts.get(), state="withdrawn")
    full(taken)
    assert listed(xiuying) == {
        FREE_AGAIN: [("有位子的", "你说过去不了")],
        FALLEN: [("满了的", "你说过去不了")],
    }


def test_given_back_and_taken_again_is_one_session_to_come_and_one_of_the_past(
    xiuying: Volunteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make_session(title="回心转意")
    take = {"volunteer_id": xiuying.pk, "shift_id": session.shifts.get().pk}
    first = claim_shift(**take, actor=None, now=NOW)
    withdraw_assignment(assignment_id=first.pk, actor=None, now=NOW + timedelta(hours=1))
    claim_shift(**take, actor=None, now=NOW + timedelta(hours=2))
    assert listed(xiuying) == {AHEAD: [("回心转意", "已确认")]}
    monkeypatch.setattr(clock, "now", lambda: at("2026-12-06 09:30"))
    assert listed(xiuying) == {OVER: [("回心转意", "等核对时长")]}


def test_under_way_is_not_over(xiuying: Volunteer) -> None:
    starts_at = NOW - timedelta(minutes=10)
    there = make_session(title="正在上的", starts_at=starts_at)
    left = make_session(title="没去的", starts_at=starts_at)
    make_assignment(volunteer=xiuying, shift=there.shifts.get())
    make_assignment(volunteer=xiuying, shift=left.shifts.get(), state="withdrawn")
    assert listed(xiuying) == {
        AHEAD: [("正在上的", "正在进行")],
        FALLEN: [("没去的", "你说过去不了")],
    }


def test_an_engagement_without_a_time_is_over_when_she_has_it_no_more(xiuying: Volunteer) -> None:
    session = make_session(title="结对", starts_at=None)
    make_assignment(volunteer=xiuying, shift=session.shifts.get(), state="withdrawn")
    assert listed(xiuying) == {OVER: [("结对", "你说过去不了")]}
