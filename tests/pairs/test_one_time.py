"""What one person does at one time counts once: a visit told of twice over, or of the time in which
she was at a session, is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from backend import words
from backend.pairs.models import Pair, PairMeeting
from backend.pairs.operations import (
    MeetingRefused,
    MeetingWords,
    correct_minutes,
    correct_visit,
)
from backend.records.models import Attendance, ServiceRecord
from backend.records.operations import correct_hours, note_away, object_to
from backend.records.operations.hours import TimeCounts
from backend.rota.models import Assignment, Session
from tests.factories import NOW, make_assignment, make_session, make_shift
from tests.pairs.scene import Street, child_of, paired, street, told, yes

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=10)
BEGAN = LATER - timedelta(hours=4)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def here() -> Street:
    return street()


@pytest.fixture
def pair(here: Street) -> Pair:
    return paired(here, max_open=5)


def visited(pair: Pair, begins: datetime = BEGAN, minutes: int = 60) -> PairMeeting:
    return told(pair, now=LATER, began_at=begins, minutes=minutes)


def refused(pair: Pair, begins: datetime = BEGAN, minutes: int = 60) -> bool:
    try:
        visited(pair, begins, minutes)
    except MeetingRefused as refusal:
        assert (refusal.facts["field"], refusal.facts["why"]) == ("began_at", "overlap")
        assert "同一段时间只算一次" in words.refused(refusal)
        return True
    return False


def session_of(pair: Pair, *, state: str = "done", **fields: Any) -> Assignment:
    """An hour in a class from BEGAN on."""
    session = make_session(starts_at=BEGAN, minutes=60, state=state, shifts=())
    shift = make_shift(session=session)
    place = make_assignment(volunteer=pair.mentor, shift=shift, state="done")
    Assignment.objects.filter(pk=place.pk).update(**fields)
    return place


@pytest.mark.parametrize(
    ("begins", "minutes", "is_so"),
    [
        (BEGAN - timedelta(minutes=30), 30, False),  # one ends as the other begins
        (BEGAN - timedelta(minutes=30), 31, True),
        (BEGAN + timedelta(minutes=59), 30, True),
        (BEGAN + timedelta(minutes=60), 30, False),
        (BEGAN + timedelta(minutes=10), 20, True),
        (BEGAN - timedelta(minutes=10), 90, True),
    ],
)
def test_two_visits_at_one_time(
    here: Street, pair: Pair, begins: datetime, minutes: int, is_so: bool
) -> None:
    other = yes(here.ask(child_of(here), pair.mentor))
    visited(pair)
    assert refused(other, begins, minutes) is is_so
    assert PairMeeting.objects.count() == 2 - is_so


def test_a_visit_to_one_child_twice_over(pair: Pair) -> None:
    visited(pair)
    assert refused(pair, BEGAN + MINUTE)


def test_another_mentor_is_another_person(here: Street, pair: Pair) -> None:
    visited(pair)
    assert not refused(paired(here))


@pytest.mark.parametrize(("attended", "is_so"), [(None, True), (True, True), (False, False)])
def test_a_visit_in_the_time_of_a_session(pair: Pair, attended: bool | None, is_so: bool) -> None:
    session_of(pair, attended=attended)
    assert refused(pair) is is_so


@pytest.mark.parametrize("state", ["withdrawn", "released"])
def test_a_place_that_she_gave_back_is_none(pair: Pair, state: str) -> None:
    session_of(pair)
    Assignment.objects.update(state=state)
    assert not refused(pair)


def test_a_session_that_was_called_off_took_no_time(pair: Pair) -> None:
    session_of(pair)
    Session.objects.update(state="cancelled")
    assert not refused(pair)


def test_what_she_signed_says_how_long_she_was_there(pair: Pair) -> None:
    place = session_of(pair, attended=True)
    Attendance.objects.create(
        assignment=place,
        state="attended",
        came_at=BEGAN - timedelta(minutes=20),
        left_at=BEGAN + timedelta(minutes=30),
    )
    assert refused(pair, BEGAN + timedelta(minutes=29), 10)
    assert not refused(pair, BEGAN + timedelta(minutes=30), 10)
    assert not refused(pair, BEGAN - timedelta(minutes=20), 20)  # who comes early waits


def noted_away(pair: Pair, here: Street) -> Assignment:
    """From a class in the hour from BEGAN on, in which she had a place."""
    place = session_of(pair)
    note_away(assignment_id=place.pk, excused=False, reason="", actor=here.coordinator, now=LATER)
    return place


def given_back(place: Assignment, here: Street, minutes: int) -> int | None:
    """The minutes of the class are written down after all, where they can be; else how many could
    be."""
    her = place.volunteer.user
    assert her is not None
    object_to(assignment_id=place.pk, text="我去了", actor=her, now=LATER)
    try:
        correct_hours(
            assignment_id=place.pk,
            minutes=minutes,
            reason="问过带课的老师",
            actor=here.coordinator,
            now=LATER,
        )
    except TimeCounts as refusal:
        assert "同一段时间只算一次" in words.refused(refusal)
        most: int = refusal.facts["most"]
        return most
    return None


@pytest.mark.parametrize(
    ("begins", "minutes", "most"),
    [
        (BEGAN - timedelta(minutes=60), 60, None),  # one ends as the other begins
        (BEGAN + timedelta(minutes=60), 60, None),
        (BEGAN - timedelta(minutes=30), 50, 40),
        (BEGAN + timedelta(minutes=50), 30, 50),
        (BEGAN + timedelta(minutes=10), 20, 40),
        (BEGAN - timedelta(minutes=10), 90, 0),
    ],
)
def test_a_class_that_she_is_given_after_she_told_of_a_visit_counts_what_is_left(
    here: Street, pair: Pair, begins: datetime, minutes: int, most: int | None
) -> None:
    place = noted_away(pair, here)
    visited(pair, begins, minutes)
    assert given_back(place, here, 60) == most
    assert ServiceRecord.objects.count() == (most is None)


def test_of_such_a_class_the_rest_can_be_written(here: Street, pair: Pair) -> None:
    place = noted_away(pair, here)
    visited(pair, BEGAN + timedelta(minutes=45), 30)
    assert given_back(place, here, 45) is None
    assert ServiceRecord.objects.get().minutes == 45


def test_a_visit_is_not_moved_onto_another_nor_made_so_long(here: Street, pair: Pair) -> None:
    visited(pair)
    late = visited(pair, BEGAN + timedelta(minutes=90))
    her = pair.mentor.user
    assert her is not None

    def said(began_at: datetime, minutes: int) -> MeetingWords:
        return MeetingWords(began_at=began_at, minutes=minutes, felt="fairly", words="")

    who = {"meeting_id": late.pk, "volunteer_id": pair.mentor_id, "actor": her, "now": LATER}
    with pytest.raises(MeetingRefused):
        correct_visit(said=said(BEGAN + timedelta(minutes=59), 60), **who)
    assert correct_visit(said=said(BEGAN + timedelta(minutes=60), 60), **who)
    desk = {"child_id": pair.child_id, "reason": "问过监护人", "actor": here.coordinator}
    first = pair.meetings.order_by("began_at")[0]
    with pytest.raises(MeetingRefused):
        correct_minutes(meeting_id=first.pk, minutes=61, now=LATER, **desk)
    assert correct_minutes(meeting_id=first.pk, minutes=55, now=LATER, **desk)
