"""What a coordinator cannot call off, and what nobody said: a person is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from backend.bookings.models import Booking
from backend.bookings.operations import cancel_bookings_of_session
from backend.common import clock
from backend.notifications.facts import booking_absent
from backend.notifications.models import Delivery
from backend.planning.queries.concerned import mark_of_people
from backend.records.models import Attendance
from backend.rota.models import Assignment, Session
from backend.rota.operations import SessionValueRefused, change_session_alone
from backend.rota.operations.session_values import values_of
from backend.visits.models import Visit, VisitRequest
from backend.visits.operations import (
    NobodyToAskAbout,
    VisitUnderWay,
    begin_visit,
    call_off,
    find_nobody_home,
    finish_visit,
    hear_safe,
    note_visited,
    seek_again_in,
    settle_past_visits,
    watch_visits,
)
from backend.words import family_messages, refused
from tests.factories import at
from tests.notifications.post import Box, tell
from tests.visits.scene import STARTS, Street, pair, planned, street
from tests.visits.test_pages import as_, words

pytestmark = pytest.mark.django_db

ENDS = STARTS + timedelta(hours=1)
SOON = STARTS + timedelta(minutes=5)


@pytest.fixture
def here() -> Street:
    return street()


@pytest.fixture
def visit(here: Street, monkeypatch: pytest.MonkeyPatch) -> Visit:
    found = planned(here)
    Booking.objects.filter(session=found.session_id).update(state="confirmed", answer_by=None)
    monkeypatch.setattr(clock, "now", lambda: SOON)
    return found


def cancels(here: Street, visit: Visit) -> Session:
    return call_off(
        session_id=visit.session_id,
        because="停电",
        seen=mark_of_people(visit.session_id),
        actor=here.coordinator,
        now=SOON,
    )


def settle_bookings(visit: Visit) -> None:
    cancel_bookings_of_session(session_id=visit.session_id, actor=None, now=SOON)
    seek_again_in(sessions=[visit.session_id], now=SOON)


@pytest.mark.parametrize("how", ["tapped", "signed", "out"])
def test_who_is_inside_keeps_her_place_and_is_looked_for_though_somebody_calls_it_off(
    here: Street, visit: Visit, how: str
) -> None:
    first, _second = pair(visit)
    if how == "signed":
        Attendance.objects.create(assignment=first, came_at=STARTS, came_how="lead")
    else:
        begin_visit(assignment_id=first.pk, actor=first.volunteer.user, now=STARTS)
    if how == "out":
        finish_visit(assignment_id=first.pk, actor=first.volunteer.user, now=STARTS)
    with pytest.raises(VisitUnderWay) as refusal:
        cancels(here, visit)
    out = "已经有人说结束了" in refused(refusal.value)
    assert out is (how == "out")
    assert set(Assignment.objects.values_list("state", flat=True)) == {"active"}
    assert Session.objects.get().state == "open"
    assert watch_visits(now=ENDS + timedelta(minutes=15)) == (0 if out else 1)


def test_the_page_says_that_they_are_inside_and_cancels_nothing(here: Street, visit: Visit) -> None:
    first, _second = pair(visit)
    begin_visit(assignment_id=first.pk, actor=first.volunteer.user, now=STARTS)
    address = reverse("coordinator:cancel_session", args=[visit.session_id])
    seen = mark_of_people(visit.session_id)
    desk = as_(here.coordinator)
    asked = desk.get(address, follow=True)  # before she writes a reason
    assert "老师已经到了这一家，取消不了" in asked.content.decode()
    assert "为什么取消" not in words(asked)
    wish = reverse("coordinator:visit", args=[visit.request_id])
    assert "9:30 进去了，该 10:30 出来" in words(desk.get(wish))
    said = desk.post(address, {"because": "停电", "seen": seen}, follow=True).content.decode()
    assert "老师已经到了这一家，取消不了" in said
    assert Session.objects.get().state == "open"


def test_what_nobody_went_into_is_called_off_and_who_may_be_inside_is_looked_for(
    here: Street, visit: Visit
) -> None:
    pair(visit)
    assert cancels(here, visit).state == "cancelled"
    assert watch_visits(now=ENDS + timedelta(minutes=15)) == 1


def test_her_page_says_why_the_desk_called_it_off_and_offers_nothing_that_is_refused(
    here: Street, visit: Visit
) -> None:
    first, _second = pair(visit)
    cancels(here, visit)
    settle_bookings(visit)
    hers = as_(first.volunteer.user)
    page = words(hers.get(reverse("volunteer:visit", args=[first.pk])))
    assert "这一场取消了：停电" in page and "没有人在里面" in page
    assert "不请了" not in page and "都出来了" not in page
    out = hers.post(reverse("volunteer:visit_finish", args=[first.pk]), follow=True)
    page = words(out)
    assert Visit.objects.get().is_over
    assert "记下了，谢谢" in out.content.decode() and "这一场取消了：停电" in page
    nickname = visit.request.family.children.get().nickname
    assert not any(one in page for one in (nickname, "都出来了", "门开了", "没有人在里面"))


@pytest.mark.parametrize("early", [True, False])
def test_a_visit_whose_time_has_come_is_not_moved_away_from_under_the_watch(
    visit: Visit, early: bool
) -> None:
    """Nor one where they say that they are there, before its time."""
    now = STARTS - timedelta(minutes=20) if early else SOON
    if early:
        first, _second = pair(visit)
        begin_visit(assignment_id=first.pk, actor=first.volunteer.user, now=now)
    session = Session.objects.get()
    values = values_of(session)
    later = timedelta(days=1)
    assert values.starts_at is not None and values.ends_at is not None
    with pytest.raises(SessionValueRefused) as refusal:
        change_session_alone(
            session_id=session.pk,
            version=session.version,
            values=replace(
                values, starts_at=values.starts_at + later, ends_at=values.ends_at + later
            ),
            actor=None,
            now=now,
        )
    assert refusal.value.facts["why"] == "home_begun"


@pytest.mark.parametrize(
    ("starts", "may"),
    [("07:59", False), ("08:00", True), ("19:00", True), ("19:01", False), ("03:00", False)],
)
def test_nobody_is_sent_to_a_home_at_night(here: Street, starts: str, may: bool) -> None:
    when = at(f"2026-12-05 {starts}")
    if may:
        assert planned(here, starts_at=when, outside=True).session.starts_at == when
        return
    with pytest.raises(SessionValueRefused) as refusal:
        planned(here, starts_at=when, outside=True)
    assert "早上 8 点到晚上 8 点" in refused(refusal.value)


def test_the_family_reads_what_its_no_means_while_they_are_inside(visit: Visit) -> None:
    first, _second = pair(visit)
    mother = as_(visit.request.family.user)
    address = reverse("family:cancel_visit", args=[visit.request_id])
    assert "要来的老师马上会知道" in words(mother.post(address))
    begin_visit(assignment_id=first.pk, actor=first.volunteer.user, now=STARTS)
    assert "等她们出来才算结束" in words(mother.post(address))
    said = mother.post(address, {"asked": "yes"}, follow=True).content.decode()
    assert "请当面跟老师说一声" in said
    assert (Session.objects.get().state, VisitRequest.objects.get().state) == ("open", "ended")


def test_heard_safe_without_having_begun_is_no_visit_and_is_asked_about(
    here: Street, visit: Visit
) -> None:
    pair(visit)
    hear_safe(visit_id=visit.pk, actor=here.coordinator, now=ENDS + timedelta(minutes=30))
    assert VisitRequest.objects.get().state == "planned"
    assert settle_past_visits(now=ENDS + timedelta(hours=2)) == 1
    assert VisitRequest.objects.get().state == "open"


def test_nobody_is_asked_about_who_has_said_it(here: Street, visit: Visit) -> None:
    first, _second = pair(visit)
    find_nobody_home(assignment_id=first.pk, actor=first.volunteer.user, now=SOON)
    row = VisitRequest.objects.get()
    with pytest.raises(NobodyToAskAbout):
        note_visited(
            family_id=row.family_id,
            request_id=row.pk,
            version=row.version,
            actor=here.coordinator,
            now=ENDS,
        )


def test_where_nobody_opens_seat_page_and_wish_agree_and_the_family_is_told(
    visit: Visit,
) -> None:
    first, _second = pair(visit)
    find_nobody_home(assignment_id=first.pk, actor=first.volunteer.user, now=SOON)
    seat = Booking.objects.get()
    mother = as_(visit.request.family.user)
    assert (seat.state, VisitRequest.objects.get().state) == ("absent", "open")
    assert "没有碰上" in words(mother.get(reverse("family:ticket", args=[seat.pk])))
    page = words(mother.get(reverse("family:visit", args=[visit.request_id])))
    assert "等安排" in page and "上次老师到了门口，没有碰上，正在另找时间" in page
    said = family_messages.visit_missed(list(booking_absent([seat.pk], SOON).values()), SOON)
    assert said.title == "老师来了，没有碰上" and "正在另找时间，定了先问你们" in said.text
    hers = words(as_(first.volunteer.user).get(reverse("volunteer:visit", args=[first.pk])))
    assert "9:35 记下了：没有人开门" in hers and "门开了，我们进去了" in hers
    assert "都出来了" not in hers
    begin_visit(assignment_id=first.pk, actor=first.volunteer.user, now=SOON)
    assert Booking.objects.get().state == "confirmed"
    finish_visit(assignment_id=first.pk, actor=first.volunteer.user, now=ENDS)
    assert (Booking.objects.get().state, VisitRequest.objects.get().state) == ("attended", "done")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("minutes", "told"), [(5, 1), (59, 1), (60, 0)])
def test_who_waits_at_home_hears_until_its_end_that_nobody_comes(
    here: Street, visit: Visit, minutes: int, told: int
) -> None:
    pair(visit)
    tell()  # what was before
    Delivery.objects.all().delete()
    cancels(here, visit)
    settle_bookings(visit)
    tell(Box(), now=STARTS + timedelta(minutes=minutes))
    sent = Delivery.objects.filter(kind="booking_called_off", state=Delivery.State.SENT)
    assert sent.count() == told
    for one in sent:
        assert one.title == "约好的上门取消了" and "停电" in one.text
