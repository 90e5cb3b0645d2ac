"""What was told of a visit is put right: by its mentor, and its minutes by a coordinator who says
why; what it said before stays."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
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
from backend.pairs.operations.correcting import NOTED
from backend.records.models import Attendance, ServiceRecord
from backend.records.operations import confirm_hours, correct_hours, note_away
from tests.factories import NOW
from tests.pairs.scene import SAID, Street, paired, street, told, yes

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=10)
BEGAN = LATER - timedelta(hours=1)
WHY = "监护人说只待了半小时"


@pytest.fixture
def here() -> Street:
    return street()


@pytest.fixture
def visit(here: Street) -> PairMeeting:
    return told(paired(here), now=LATER)


def again(visit: PairMeeting, **fields: Any) -> PairMeeting | None:
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


def by_desk(visit: PairMeeting, here: Street, **fields: Any) -> PairMeeting | None:
    given = {"minutes": 30, "reason": WHY, "child_id": visit.pair.child_id}
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
    assert (before.words, before.because) == (SAID, None)
    assert SAID not in str(PairMeetingChange.objects.values().get())
    session = left.place.session
    assert (session.starts_at, session.ends_at) == (sooner, sooner + timedelta(minutes=90))
    attendance = Attendance.objects.get()
    assert (attendance.came_at, attendance.left_at) == (session.starts_at, session.ends_at)
    confirm(visit, here, 90)
    assert hours() == [90]


def test_the_same_said_again_is_no_change(visit: PairMeeting) -> None:
    assert again(visit) is None
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
    assert (before.minutes, before.because) == (60, WHY)
    assert before.changed_by == here.coordinator
    assert WHY not in str(PairMeetingChange.objects.values().get())


def test_minutes_that_were_confirmed_are_reversed_and_written_anew(
    here: Street, visit: PairMeeting
) -> None:
    confirm(visit, here, 60)
    by_desk(visit, here)
    assert hours() == [60, -60, 30]


def test_her_hours_repeat_nothing_of_why(here: Street, visit: PairMeeting) -> None:
    """They are never emptied; a reason may tell of the child."""
    confirm(visit, here, 60)
    by_desk(visit, here)
    assert set(ServiceRecord.objects.values_list("note", flat=True)) == {"", NOTED}
    assert Attendance.objects.get().why == NOTED


def test_the_minutes_that_stand_there_can_be_confirmed_and_nothing_is_called_corrected(
    here: Street, visit: PairMeeting
) -> None:
    by_desk(visit, here, minutes=60)
    assert (hours(), PairMeetingChange.objects.count()) == ([60], 0)
    assert by_desk(visit, here, minutes=60) is None
    assert hours() == [60]


@pytest.mark.parametrize("minutes", [60, 45])
def test_minutes_that_the_desk_of_hours_made_others_are_made_those_of_the_visit(
    here: Street, visit: PairMeeting, minutes: int
) -> None:
    confirm(visit, here, 60)
    correct_hours(
        assignment_id=visit.place_id, minutes=45, reason="x", actor=here.coordinator, now=LATER
    )
    by_desk(visit, here, minutes=minutes)
    assert sum(hours()) == minutes
    left = PairMeeting.objects.select_related("place__session").get()
    assert left.minutes == minutes
    assert left.place.session.ends_at == BEGAN + timedelta(minutes=minutes)


def test_who_was_noted_away_was_there_after_all(here: Street, visit: PairMeeting) -> None:
    desk = {"actor": here.coordinator, "now": LATER}
    note_away(assignment_id=visit.place_id, excused=False, reason="", **desk)
    by_desk(visit, here, minutes=60)
    assert (hours(), PairMeetingChange.objects.get().because) == ([60], WHY)


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
    by_desk(visit, here)
    PairMeetingChange.objects.update(reason="在版本之前")
    withdraw_agreement(child_id=visit.pair.child_id, actor=here.coordinator, now=LATER)
    left = set(PairMeetingChange.objects.values_list("words", "because", "reason"))
    assert left == {(None, None, "")}
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
    assert "补记五分钟" in her.get(page).content.decode()
    again = desk.post(child, change, follow=True).content.decode()
    assert "没有要改的" in again
    assert "没有要改的" in her.post(page, sent | {"told-minutes": 50}, follow=True).content.decode()
    desk.post(child, change | {"meeting": 0, "minutes": 20})
    visit.refresh_from_db()
    assert visit.minutes == 50


def test_reasons_that_stood_in_clear_are_sealed_and_leave_her_hours(
    here: Street, visit: PairMeeting
) -> None:
    by_desk(visit, here)
    PairMeetingChange.objects.update(because=None, reason=WHY)
    Attendance.objects.update(why=WHY)
    import_module("backend.pairs.migrations.0003_reasons_are_sealed").seal(apps, None)
    left = PairMeetingChange.objects.get()
    assert (left.because, left.reason, Attendance.objects.get().why) == (WHY, "", NOTED)


def test_a_mentor_who_gave_the_child_over_reads_nothing_of_who_came_after(here: Street) -> None:
    first = paired(here)
    after = here.ask(first.child, here.mentor(), now=NOW)
    for who in (first.mentor, after.mentor):
        left = yes(after, who)
    visit = told(left, now=LATER)
    old = Client()
    assert first.mentor.user is not None
    old.force_login(first.mentor.user)
    for name in ("volunteer:pair", "volunteer:pair_fragment"):
        shown = old.get(reverse(name, args=[after.pk]), {"meeting": visit.pk})
        assert shown.status_code == 200
        assert SAID not in shown.content.decode()
        assert "corrects" not in shown.context
        assert shown.context["told"].initial.get("words") is None
