"""What a volunteer reads when something of hers changes, and how she takes back a slip of the
finger."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.common import clock
from backend.rota.models import Assignment, Notice, Offer, Session
from backend.rota.operations import (
    cancel_session,
    change_session_alone,
    decline_offer,
    end_barred_offers,
    make_offers,
    withdraw_assignment,
)
from backend.volunteers.models import Availability, TimeOff, Volunteer
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_offer,
    make_session,
    make_venue,
    make_volunteer,
)
from tests.rota.test_sessions import values

pytestmark = pytest.mark.django_db
SCRIPT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def saturday_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def xiuying() -> Volunteer:
    return make_volunteer(name="陈秀英", with_user=True, max_travel=60)


@pytest.fixture
def browser(xiuying: Volunteer) -> Client:
    client = Client()
    client.force_login(xiuying.user)
    return client


@pytest.fixture
def promised(xiuying: Volunteer) -> Session:
    session = make_session(starts_at=at("2026-12-01 09:30"), title="绘本课")
    make_assignment(volunteer=xiuying, shift=session.shifts.get())
    return session


def change(session: Session, **new: Any) -> None:
    session.refresh_from_db()
    change_session_alone(
        session_id=session.pk,
        version=session.version,
        values=values(session, **new),
        actor=None,
        now=NOW,
    )


def page(client: Client, name: str) -> str:
    answer = client.get(reverse(f"volunteer:{name}"))
    assert answer.status_code == 200
    return answer.content.decode()


def post(client: Client, name: str, pk: int, **more: Any) -> str:
    return client.post(reverse(f"volunteer:{name}", args=[pk]), **more).content.decode()


def test_her_question_says_what_it_was_and_what_it_is(browser: Client, promised: Session) -> None:
    change(promised, starts_at=at("2026-12-02 14:00"), ends_at=at("2026-12-02 15:00"))
    for name in ("find", "mine"):
        shown = page(browser, name)
        assert "时间改了，还能来吗？位子给你留着" in shown
        assert "原来 12 月 1 日 周二 9:30–10:30 → 现在 12 月 2 日 周三 14:00–15:00" in shown
        assert "取消了" not in shown


def test_whose_session_is_for_other_ages_reads_which(browser: Client, promised: Session) -> None:
    change(promised, seats=(1, 6, 6), months=(12, 18))
    for name in ("find", "mine"):
        assert "原来 不限月龄 → 现在 12–18 月龄" in page(browser, name)


def test_a_place_too_far_is_said_and_stays_until_she_has_seen_it(
    browser: Client, promised: Session
) -> None:
    change(promised, venue_id=make_venue(name="廷坪乡活动室", point=(25.6, 118.6)).pk)
    for name in ("find", "mine"):
        shown = page(browser, name)
        assert "「绘本课」改了，你去不了" in shown and "廷坪乡活动室" in shown
        assert "给你排的最多 60 分钟" in shown and "已经替你放下" in shown
        assert "取消了" not in shown
    assert "改了，你去不了" not in post(browser, "seen", Notice.objects.get().pk, headers=SCRIPT)
    assert "改了，你去不了" not in page(browser, "find")


def test_moved_and_moved_back_she_reads_that_her_place_is_hers(
    browser: Client, xiuying: Volunteer, promised: Session
) -> None:
    Availability.objects.filter(volunteer=xiuying).exclude(weekday=1).delete()
    old = {"starts_at": promised.starts_at, "ends_at": promised.ends_at}
    change(promised, starts_at=at("2026-12-02 09:30"), ends_at=at("2026-12-02 10:30"))
    shown = page(browser, "mine")
    assert "「绘本课」改了，你去不了" in shown and "现在 12 月 2 日" in shown
    change(promised, **old)
    shown = page(browser, "mine")
    assert "「绘本课」又改回来了" in shown and "位子是你的，不用再回复" in shown
    assert "跟你答应过的一样" in shown and "12 月 1 日 周二 9:30–10:30" in shown
    assert "你去不了" not in shown and "12 月 2 日" not in shown


def test_moved_back_when_her_place_has_gone_says_both(
    browser: Client, xiuying: Volunteer, promised: Session
) -> None:
    Availability.objects.filter(volunteer=xiuying).exclude(weekday=1).delete()
    old = {"starts_at": promised.starts_at, "ends_at": promised.ends_at}
    change(promised, starts_at=at("2026-12-02 09:30"), ends_at=at("2026-12-02 10:30"))
    make_assignment(volunteer=make_volunteer(), shift=promised.shifts.get())
    change(promised, **old)
    shown = page(browser, "mine")
    assert "「绘本课」改过又改回来了，可你去不了" in shown and "位子已经有人了" in shown
    assert "12 月 2 日" not in shown


def test_of_what_was_called_off_since_she_reads_that_alone(
    browser: Client, promised: Session
) -> None:
    change(promised, venue_id=make_venue(name="廷坪乡活动室", point=(25.6, 118.6)).pk)
    cancel_session(session_id=promised.pk, actor=None, now=NOW, because="停电")
    shown = page(browser, "find")
    assert "的「绘本课」取消了" in shown and "原因：停电" in shown
    assert "你去不了" not in shown and "廷坪乡活动室" not in shown


def test_a_question_that_was_moved_is_named_by_what_she_was_asked(
    browser: Client, xiuying: Volunteer, promised: Session
) -> None:
    for day in (2, 3):
        change(promised, starts_at=at(f"2026-12-0{day} 09:30"), ends_at=at(f"2026-12-0{day} 10:30"))
    Availability.objects.filter(volunteer=xiuying).delete()
    end_barred_offers(volunteer_id=xiuying.pk, now=NOW)
    shown = page(browser, "mine")
    assert "12 月 3 日 周四 9:30–10:30 的「绘本课」你答应不了了" in shown
    assert "原来 12 月 1 日" in shown and "12 月 2 日" not in shown


def test_a_cancelled_session_is_on_top_with_its_reason(browser: Client, promised: Session) -> None:
    cancel_session(session_id=promised.pk, actor=None, now=NOW, because="停电")
    for name in ("find", "mine"):
        shown = page(browser, name)
        assert "12 月 1 日 周二 9:30–10:30 的「绘本课」取消了" in shown and "原因：停电" in shown


def test_a_notice_of_another_is_not_there(browser: Client, promised: Session) -> None:
    other = make_session()
    make_assignment(volunteer=make_volunteer(), shift=other.shifts.get())
    cancel_session(session_id=other.pk, actor=None, now=NOW)
    answer = browser.post(reverse("volunteer:seen", args=[Notice.objects.get().pk]))
    assert answer.status_code == 404 and Notice.objects.get().seen_at is None


def test_the_class_that_is_running_is_not_over(
    browser: Client, promised: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def at_clock(moment: datetime) -> str:
        monkeypatch.setattr(clock, "now", lambda: moment)
        return page(browser, "mine")

    running = at_clock(promised.starts_at + timedelta(minutes=5))
    assert "正在进行" in running and "等核对时长" not in running
    over = at_clock(promised.ends_at)
    assert "等核对时长" in over and "正在进行" not in over


def test_a_slip_on_no_is_undone_and_binds_nobody(browser: Client, xiuying: Volunteer) -> None:
    session = make_session(starts_at=at("2026-12-01 09:30"))
    offer = make_offer(volunteer=xiuying, shift=session.shifts.get())
    said_no = post(browser, "decline", offer.pk, headers=SCRIPT)
    assert "撤销" in said_no
    again = post(browser, "undo_decline", offer.pk, headers=SCRIPT)
    assert "我能去" in again
    assert Offer.objects.get().state == "pending"
    assert session.shifts.get().held == 1


def test_a_no_is_not_taken_back_when_the_place_is_gone(browser: Client, xiuying: Volunteer) -> None:
    session = make_session(starts_at=at("2026-12-01 09:30"))
    offer = make_offer(volunteer=xiuying, shift=session.shifts.get())
    decline_offer(offer_id=offer.pk, actor=None, now=NOW)
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    assert "刚刚满了" in post(browser, "undo_decline", offer.pk, headers=SCRIPT)
    assert Offer.objects.get().state == "declined"


def test_a_slip_on_yes_is_a_question_again(browser: Client, xiuying: Volunteer) -> None:
    session = make_session(starts_at=at("2026-12-01 09:30"))
    offer = make_offer(volunteer=xiuying, shift=session.shifts.get())
    assert "撤销" in post(browser, "accept", offer.pk, headers=SCRIPT)
    post(browser, "undo_accept", offer.pk, headers=SCRIPT)
    assert (Offer.objects.get().state, Assignment.objects.get().state) == ("pending", "lapsed")
    shift = session.shifts.get()
    assert (shift.taken, shift.held) == (0, 1)
    assert "你说过去不了" not in page(browser, "mine")


def test_an_undone_sign_up_is_no_refusal(browser: Client, xiuying: Volunteer) -> None:
    session = make_session(starts_at=at("2026-12-01 09:30"))
    shift = session.shifts.get()
    post(browser, "claim", shift.pk)
    post(browser, "undo_claim", Assignment.objects.get().pk)
    assert "你说过去不了" not in page(browser, "mine")
    assert make_offers(pairs=[(xiuying.pk, shift.pk)], actor=None, now=NOW)


def test_later_than_a_minute_it_is_a_refusal(
    browser: Client, xiuying: Volunteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    shift = make_session(starts_at=at("2026-12-01 09:30")).shifts.get()
    post(browser, "claim", shift.pk)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=5))
    post(browser, "undo_claim", Assignment.objects.get().pk)
    assert Assignment.objects.get().state == "withdrawn"


def test_what_she_said_no_to_can_be_taken_while_it_is_free(
    browser: Client, promised: Session
) -> None:
    withdraw_assignment(assignment_id=Assignment.objects.get().pk, actor=None, now=NOW)
    assert "我又能去了" in page(browser, "mine")
    make_assignment(volunteer=make_volunteer(), shift=promised.shifts.get())
    assert "我又能去了" not in page(browser, "mine")


def test_days_off_name_what_she_has_promised_on_them(
    browser: Client, xiuying: Volunteer, promised: Session
) -> None:
    asked = make_session(starts_at=at("2026-12-02 09:30"), title="音乐课")
    make_offer(volunteer=xiuying, shift=asked.shifts.get())
    outside = make_session(starts_at=at("2026-12-04 09:30"), title="别的课")
    make_assignment(volunteer=xiuying, shift=outside.shifts.get())
    days = {"first": "2026-12-01", "last": "2026-12-02"}
    answer = browser.post(reverse("volunteer:add_time_off"), days, follow=True)
    shown = answer.content.decode()
    assert "这几天你还有 2 场" in shown
    assert "12 月 1 日 周二 9:30 绘本课（你答应了）" in shown
    assert "12 月 2 日 周三 9:30 音乐课（等你回复）" in shown
    assert "别的课" not in shown
    assert Assignment.objects.filter(state="active").count() == 2  # nothing is given back for her

    post(browser, "give_back", TimeOff.objects.get().pk)
    assert Assignment.objects.get(session=promised).state == "withdrawn"
    assert Offer.objects.get().state == "declined"
    assert Assignment.objects.get(session=outside).state == "active"
    assert "这几场也去不了" not in page(browser, "me")


def test_a_question_that_days_off_end_says_so(browser: Client, xiuying: Volunteer) -> None:
    """Not that it lies outside her hours, which hold it; both where both is so."""
    asked = make_session(starts_at=at("2026-12-02 09:30"), title="音乐课")
    make_offer(volunteer=xiuying, shift=asked.shifts.get())
    day = date(2026, 12, 2)
    TimeOff.objects.create(volunteer=xiuying, from_date=day, to_date=day)
    assert "那天你请了假" in page(browser, "mine")  # the question itself, until it has ended
    end_barred_offers(volunteer_id=xiuying.pk, now=NOW)
    shown = page(browser, "mine")
    assert "「音乐课」你答应不了了" in shown and "那天你请了假" in shown
    assert "不在你的空闲时间里" not in shown
    Availability.objects.filter(volunteer=xiuying, weekday=2).delete()
    other = make_session(starts_at=at("2026-12-02 15:30"), title="绘本课")
    make_offer(volunteer=xiuying, shift=other.shifts.get())
    end_barred_offers(volunteer_id=xiuying.pk, now=NOW)
    assert "那天你请了假；不在你的空闲时间里" in page(browser, "mine")


def test_days_off_of_another_are_not_there(browser: Client) -> None:
    row = TimeOff.objects.create(
        volunteer=make_volunteer(), from_date=date(2026, 12, 1), to_date=date(2026, 12, 2)
    )
    assert browser.post(reverse("volunteer:give_back", args=[row.pk])).status_code == 404


def asked_for(volunteer: Volunteer, title: str, hour: str) -> Offer:
    session = make_session(starts_at=at(f"2026-12-01 {hour}"), title=title)
    return make_offer(volunteer=volunteer, shift=session.shifts.get())


def test_she_reads_beforehand_that_a_claim_ends_a_question(
    browser: Client, xiuying: Volunteer
) -> None:
    asked_for(xiuying, "绘本课", "09:30")
    caution = "跟等你回复的邀请不能都去"
    make_session(starts_at=at("2026-12-01 14:00"))
    assert caution not in page(browser, "find")
    make_session(starts_at=at("2026-12-01 10:00"))
    assert page(browser, "find").count(caution) == 1


def test_a_question_that_she_cannot_say_yes_to_says_so_and_its_no_is_one_tap(
    browser: Client, xiuying: Volunteer
) -> None:
    offer = asked_for(xiuying, "绘本课", "09:30")
    yes = reverse("volunteer:accept", args=[offer.pk])
    no = reverse("volunteer:decline", args=[offer.pk])
    for name in ("find", "mine"):
        assert yes in page(browser, name) and no in page(browser, name)
    assert "1 场适合你" in page(browser, "find")
    other = make_session(starts_at=at("2026-12-01 10:00"), title="讲座")
    make_assignment(volunteer=xiuying, shift=other.shifts.get())
    for name in ("find", "mine"):
        shown = page(browser, name)
        assert "有一场问了你，可你现在去不了" in shown
        assert yes not in shown and no in shown
    assert "1 场适合你" in page(browser, "find")  # the one that she has taken


def test_a_question_that_has_ended_so_is_told_with_its_reason(
    browser: Client, xiuying: Volunteer
) -> None:
    asked_for(xiuying, "绘本课", "09:30")
    Availability.objects.filter(volunteer=xiuying).delete()
    end_barred_offers(volunteer_id=xiuying.pk, now=NOW)
    for name in ("find", "mine"):
        shown = page(browser, name)
        assert "12 月 1 日 周二 9:30–10:30 的「绘本课」你答应不了了" in shown
        assert "不用再回复了。" in shown and "你还没有填什么时候有空" in shown


@pytest.mark.parametrize("away", [True, False])
def test_who_said_no_to_a_change_that_was_changed_again_reads_that_she_is_not_on_it(
    browser: Client, xiuying: Volunteer, promised: Session, away: bool
) -> None:
    """Unless she is asked anew: then the question alone is what there is to know."""
    before = {"starts_at": promised.starts_at, "ends_at": promised.ends_at}
    change(promised, starts_at=at("2026-12-02 14:00"), ends_at=at("2026-12-02 15:00"))
    decline_offer(offer_id=Offer.objects.get().pk, actor=None, now=NOW)
    if away:
        TimeOff.objects.create(
            volunteer=xiuying, from_date=date(2026, 12, 1), to_date=date(2026, 12, 1)
        )
    change(promised, **before)
    shown = page(browser, "mine")
    assert ("这一场又改过，现在没有排你" in shown) == away
    assert ("想请你来 1 场" in shown) == (not away)
    assert "这一场改了，不用去了" not in shown


def test_what_she_said_no_to_is_offered_again_only_where_she_could_take_it(
    browser: Client, xiuying: Volunteer, promised: Session
) -> None:
    withdraw_assignment(assignment_id=Assignment.objects.get().pk, actor=None, now=NOW)
    assert "我又能去了" in page(browser, "mine")
    TimeOff.objects.create(
        volunteer=xiuying, from_date=date(2026, 12, 1), to_date=date(2026, 12, 1)
    )
    shown = page(browser, "mine")
    assert "我又能去了" not in shown
    assert "那天你请了假" in shown
