"""Said to be out, and not out: whoever is inside is looked for, whatever was tapped before."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backend.bookings.models import Booking
from backend.notifications.models import Delivery
from backend.records.models import Attendance
from backend.records.operations import NotTheTime, say_afterwards
from backend.rota.models import Assignment
from backend.visits.models import Visit, VisitRequest
from backend.visits.operations import (
    VisitNotHers,
    begin_visit,
    drop_visit_wish,
    find_nobody_home,
    finish_visit,
    hear_safe,
    watch_visits,
)
from backend.visits.queries import missed_by
from tests.notifications.post import Box, tell
from tests.visits.scene import STARTS, Street, pair, planned, street, wish

pytestmark = pytest.mark.django_db

ENDS = STARTS + timedelta(hours=1)
SOON = STARTS + timedelta(minutes=5)


@pytest.fixture
def here() -> Street:
    return street()


@pytest.fixture
def visit(here: Street) -> Visit:
    found = planned(here)
    Booking.objects.filter(session=found.session_id).update(state="confirmed", answer_by=None)
    return found


def arrives(place: Assignment, now: datetime = STARTS) -> Visit:
    assert place.volunteer.user is not None
    return begin_visit(assignment_id=place.pk, actor=place.volunteer.user, now=now)


def leaves(place: Assignment, now: datetime = SOON) -> Visit:
    assert place.volunteer.user is not None
    return finish_visit(assignment_id=place.pk, actor=place.volunteer.user, now=now)


def nobody_opens(place: Assignment, now: datetime = SOON) -> Visit:
    assert place.volunteer.user is not None
    return find_nobody_home(assignment_id=place.pk, actor=place.volunteer.user, now=now)


def is_looked_for(here: Street, visit: Visit, since: datetime = ENDS) -> None:
    """Both are asked, then a person is told."""
    asked = since + timedelta(minutes=15)
    assert watch_visits(now=asked) == 1
    assert watch_visits(now=asked + timedelta(minutes=15)) == 1
    assert missed_by(here.coordinator, asked + timedelta(minutes=15)) == [visit]


@pytest.mark.parametrize("out", [leaves, nobody_opens])
@pytest.mark.parametrize("begun", [True, False])
def test_who_begins_after_it_was_said_to_be_over_is_looked_for(
    here: Street, visit: Visit, out: object, begun: bool
) -> None:
    first, second = pair(visit)
    if begun:
        arrives(first)
    assert callable(out) and out(first).is_over
    left = arrives(second, SOON)
    assert (left.is_over, left.finished_by_id) == (False, None)
    assert left.begun_at == (STARTS if begun else SOON)
    assert VisitRequest.objects.get().state == "planned"
    assert Attendance.objects.get(assignment=second).came_at == (STARTS if begun else SOON)
    is_looked_for(here, visit)


def test_a_slip_of_being_out_is_taken_back_and_she_leaves_when_she_does(visit: Visit) -> None:
    first, _second = pair(visit)
    arrives(first)
    leaves(first)
    arrives(first, SOON)
    here_yet = Attendance.objects.get(assignment=first)
    assert (here_yet.came_at, here_yet.left_at, here_yet.left_how) == (STARTS, None, "")
    row = VisitRequest.objects.get()
    assert (row.state, row.ended_at) == ("planned", None)
    leaves(first, ENDS)
    assert Attendance.objects.get(assignment=first).left_at == ENDS
    assert VisitRequest.objects.get().state == "done"


@pytest.mark.parametrize("late", [False, True])
def test_the_slip_of_one_is_taken_back_by_the_other_for_both(visit: Visit, late: bool) -> None:
    first, second = pair(visit)
    arrives(first)
    leaves(first)
    arrives(second, ENDS + timedelta(minutes=5) if late else SOON + timedelta(minutes=1))
    rows = Attendance.objects.values_list("came_at", "left_at", "left_how")
    assert list(rows) == [(STARTS, None, "")] * 2
    until = ENDS + timedelta(minutes=10)
    leaves(second, until)
    said = say_afterwards(
        assignment_id=first.pk,
        came_at=STARTS,
        left_at=ENDS,
        actor=first.volunteer.user,
        now=until,
    )
    assert said.left_at == ENDS
    assert Attendance.objects.get(assignment=second).left_at == until


def test_who_said_herself_later_that_she_left_is_not_put_back_inside(visit: Visit) -> None:
    first, second = pair(visit)
    for one in (first, second):
        arrives(one)
    leaves(first)
    leaves(second, SOON + timedelta(minutes=2))
    arrives(first, SOON + timedelta(minutes=3))
    left = dict(Attendance.objects.values_list("assignment", "left_at"))
    assert left == {first.pk: None, second.pk: SOON + timedelta(minutes=2)}


@pytest.mark.django_db(transaction=True)
def test_who_is_inside_after_its_end_is_asked_anew_and_a_person_is_told_anew(
    here: Street, visit: Visit
) -> None:
    first, second = pair(visit)
    arrives(first)
    is_looked_for(here, visit)
    heard = ENDS + timedelta(minutes=40)
    hear_safe(visit_id=visit.pk, actor=here.coordinator, now=heard)
    tell()  # what was before
    Delivery.objects.all().delete()
    left = arrives(second, heard)
    assert (left.is_over, left.safe_by, left.asked_at) == (False, None, None)
    tell(box := Box(), now=heard)
    told = Delivery.objects.values_list("kind", "volunteer", "user")
    assert set(told) == {
        ("home_again", first.volunteer_id, None),
        ("home_alarm_again", None, here.coordinator.pk),
    }
    assert len(box.got) == 2  # at once
    is_looked_for(here, visit, since=heard)


def test_long_after_it_nobody_is_inside_yet(visit: Visit) -> None:
    first, _second = pair(visit)
    arrives(first)
    leaves(first)
    with pytest.raises(NotTheTime):
        arrives(first, ENDS + timedelta(hours=2))
    assert Visit.objects.get().is_over


def test_who_is_inside_of_a_home_that_wants_none_any_more_is_looked_for(
    here: Street, visit: Visit
) -> None:
    first, _second = pair(visit)
    arrives(first)
    drop_visit_wish(
        family_id=visit.request.family_id, request_id=visit.request_id, actor=None, now=STARTS
    )
    leaves(first)
    arrives(first, SOON)
    assert VisitRequest.objects.get().state == "ended"
    is_looked_for(here, visit)


def test_a_door_that_opens_for_nobody_any_more_is_not_gone_in_by(visit: Visit) -> None:
    first, _second = pair(visit)
    nobody_opens(first)
    drop_visit_wish(
        family_id=visit.request.family_id, request_id=visit.request_id, actor=None, now=SOON
    )
    with pytest.raises(VisitNotHers):
        arrives(first, SOON)


def test_another_wish_of_the_child_stays_the_one_that_is_under_way(visit: Visit) -> None:
    first, _second = pair(visit)
    arrives(first)
    leaves(first)
    newer = wish(visit.request.family)
    assert not arrives(first, SOON).is_over
    states = dict(VisitRequest.objects.values_list("pk", "state"))
    assert states == {visit.request_id: "done", newer.pk: "open"}


def test_hours_that_are_confirmed_stay_as_they_are(visit: Visit) -> None:
    first, second = pair(visit)
    arrives(first)
    leaves(first)
    Attendance.objects.filter(assignment=first).update(state="attended")
    assert not arrives(first, SOON).is_over
    assert Attendance.objects.get(assignment=first).left_at == SOON
    assert Attendance.objects.filter(assignment=second).count() == 0
