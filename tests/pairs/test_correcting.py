"""What was told of a visit is put right: by its mentor, and its minutes by a coordinator who says
why; what it said before stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.common import clock
from backend.pairs.models import PairMeeting, PairMeetingChange
from backend.pairs.operations import (
    ConsentGone,
    MeetingRefused,
    MeetingWords,
    PairMoved,
    PairNotHers,
    correct_minutes,
    correct_visit,
    end_pair,
    withdraw_agreement,
)
from backend.records.models import Attendance, ServiceRecord
from backend.records.operations import confirm_hours
from tests.factories import NOW
from tests.pairs.scene import SAID, Street, paired, street, told

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=10)
BEGAN = LATER - timedelta(hours=1)


@pytest.fixture
def here() -> Street:
    return street()


@pytest.fixture
def visit(here: Street) -> PairMeeting:
    return told(paired(here), now=LATER)


def again(visit: PairMeeting, **fields: Any) -> PairMeeting:
    """Its mentor says it anew."""
    given = {"began_at": BEGAN, "minutes": 60, "felt": "well", "words": SAID}
    her = visit.pair.mentor
    assert her.user is not None
    return correct_visit(
        meeting_id=visit.pk,
        volunteer_id=her.pk,
        said=MeetingWords(**(given | fields)),
        actor=her.user,
        now=LATER,
    )


def by_desk(visit: PairMeeting, here: Street, **fields: Any) -> PairMeeting:
    given = {"minutes": 30, "reason": "监护人说只待了半小时", "child_id": visit.pair.child_id}
    return correct_minutes(
        meeting_id=visit.pk, actor=here.coordinator, now=LATER, **(given | fields)
    )


def confirm(visit: PairMeeting, here: Street, minutes: int) -> None:
    confirm_hours(assignment_id=visit.place_id, minutes=minutes, actor=here.coordinator, now=LATER)


def hours() -> list[int]:
    return list(ServiceRecord.objects.order_by("number").values_list("minutes", flat=True))


def test_a_mentor_says_it_anew_and_what_she_said_first_stays_sealed(
    here: Street, visit: PairMeeting
) -> None:
    sooner = BEGAN - timedelta(days=1)
    again(visit, began_at=sooner, minutes=90, felt="help", words="写错了一天")
    left = PairMeeting.objects.select_related("place__session").get()
    assert (left.began_at, left.minutes, left.felt) == (sooner, 90, "help")
    assert left.words == "写错了一天"
    before = PairMeetingChange.objects.get()
    assert (before.began_at, before.minutes, before.felt) == (BEGAN, 60, "well")
    assert (before.words, before.reason) == (SAID, "")
    assert SAID not in str(PairMeetingChange.objects.values().get())
    session = left.place.session
    assert (session.starts_at, session.ends_at) == (sooner, sooner + timedelta(minutes=90))
    attendance = Attendance.objects.get()
    assert (attendance.came_at, attendance.left_at) == (session.starts_at, session.ends_at)
    confirm(visit, here, 90)
    assert hours() == [90]


def test_the_same_said_again_is_no_change(visit: PairMeeting) -> None:
    again(visit)
    assert not PairMeetingChange.objects.exists()


def test_once_her_minutes_are_confirmed_she_changes_words_and_no_time(
    here: Street, visit: PairMeeting
) -> None:
    confirm(visit, here, 60)
    with pytest.raises(MeetingRefused) as refusal:
        again(visit, minutes=45)
    assert refusal.value.facts["why"] == "settled"
    again(visit, felt="fairly", words="")
    left = PairMeeting.objects.get()
    assert (left.felt, left.words, left.minutes, hours()) == ("fairly", None, 60, [60])


def test_only_its_mentor_only_what_can_have_been_and_only_while_they_are_a_pair(
    here: Street, visit: PairMeeting
) -> None:
    with pytest.raises(PairNotHers):
        correct_visit(
            meeting_id=visit.pk,
            volunteer_id=here.mentor().pk,
            said=MeetingWords(began_at=BEGAN, minutes=60, felt="well", words=""),
            actor=here.coordinator,
            now=LATER,
        )
    other = told(visit.pair, now=LATER - timedelta(days=2))
    for wrong in (
        {"began_at": other.began_at},
        {"began_at": LATER},
        {"minutes": 9},
        {"felt": "bad"},
    ):
        with pytest.raises(MeetingRefused):
            again(visit, **wrong)
    end_pair(pair_id=visit.pair_id, reason="grown", actor=here.coordinator, now=LATER)
    with pytest.raises(PairMoved):
        again(visit, minutes=90)


def test_a_coordinator_who_says_why_confirms_other_minutes(
    here: Street, visit: PairMeeting
) -> None:
    by_desk(visit, here)
    left = PairMeeting.objects.select_related("place__session").get()
    assert (left.minutes, left.place.attended, hours()) == (30, True, [30])
    assert left.place.session.ends_at == BEGAN + timedelta(minutes=30)
    before = PairMeetingChange.objects.get()
    assert (before.minutes, before.reason) == (60, "监护人说只待了半小时")
    assert before.changed_by == here.coordinator


def test_minutes_that_were_confirmed_are_reversed_and_written_anew(
    here: Street, visit: PairMeeting
) -> None:
    confirm(visit, here, 60)
    by_desk(visit, here)
    assert hours() == [60, -60, 30]


def test_a_coordinator_needs_a_reason_and_the_right_child(here: Street, visit: PairMeeting) -> None:
    for wrong in ({"reason": " "}, {"minutes": 9}, {"minutes": 481}):
        with pytest.raises(MeetingRefused):
            by_desk(visit, here, **wrong)
    with pytest.raises(PairNotHers):
        by_desk(visit, here, child_id=paired(here).child_id)
    assert not PairMeetingChange.objects.exists()


def test_what_was_said_first_goes_with_the_consent_as_well(
    here: Street, visit: PairMeeting
) -> None:
    again(visit, words="改过的话")
    withdraw_agreement(child_id=visit.pair.child_id, actor=here.coordinator, now=LATER)
    assert PairMeetingChange.objects.get().words is None
    with pytest.raises(ConsentGone):
        by_desk(visit, here)


def test_both_do_it_on_their_pages(
    here: Street, visit: PairMeeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)
    her, desk = Client(), Client()
    assert visit.pair.mentor.user is not None
    her.force_login(visit.pair.mentor.user)
    desk.force_login(here.coordinator)
    page = reverse("volunteer:pair", args=[visit.pair_id])
    by_desk(visit, here, minutes=45)
    shown = her.get(page, {"meeting": visit.pk}).content.decode()
    assert SAID in shown and "改一改那一次" in shown and "45 分钟" in shown
    local = BEGAN.astimezone(clock.LOCAL)
    sent = {"told-day": f"{local:%Y-%m-%d}", "told-at": f"{local:%H:%M}", "told-minutes": 45}
    sent |= {"told-felt": "fairly", "told-words": "读完了", "what": "told", "meeting": visit.pk}
    assert her.post(page, sent).status_code == 303
    visit.refresh_from_db()
    assert (visit.felt, visit.words) == ("fairly", "读完了")
    assert PairMeeting.objects.count() == 1
    child = reverse("coordinator:pair", args=[visit.pair.child_id])
    change = {"what": "correct", "meeting": visit.pk, "minutes": 50, "reason": "补记五分钟"}
    desk.post(child, change)
    visit.refresh_from_db()
    seen = desk.get(child).content.decode()
    assert visit.minutes == 50 and "补记五分钟" in seen and "原来 45 分钟" in seen
    assert SAID not in seen and "读完了" not in seen
    desk.post(child, change | {"meeting": 0, "minutes": 20})
    visit.refresh_from_db()
    assert visit.minutes == 50
