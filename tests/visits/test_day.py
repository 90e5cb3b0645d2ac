"""The day: the door in its hours, two taps, and whoever has not come out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.bookings.models import Booking
from backend.harm.queries import session_of
from backend.outbox.models import Event
from backend.records.models import Attendance
from backend.records.operations import NotTheTime
from backend.rota.models import Assignment
from backend.rota.operations import cancel_session, close_rota, withdraw_assignment
from backend.visits.models import Visit, VisitRequest
from backend.visits.operations import (
    NobodyMissed,
    TwoAdultsNeeded,
    VisitNotAgreed,
    VisitNotHers,
    begin_visit,
    drop_visit_wish,
    find_nobody_home,
    finish_visit,
    hear_safe,
    plan_visit,
    seek_again_in,
    settle_past_visits,
    watch_visits,
)
from backend.visits.policy import shows_address
from backend.visits.queries import inside_of, missed_by
from tests.factories import NOW, make_assignment
from tests.visits.scene import STARTS, Street, pair, planned, someone, street

pytestmark = pytest.mark.django_db

ENDS = STARTS + timedelta(hours=1)


@pytest.fixture
def here() -> Street:
    return street()


@pytest.fixture
def visit(here: Street) -> Visit:
    found = planned(here)
    Booking.objects.filter(session=found.session_id).update(state="confirmed", answer_by=None)
    return found


def again(visit: Visit) -> Visit:
    return Visit.objects.select_related("session", "request").get(pk=visit.pk)


def kinds() -> list[str]:
    rows = Event.objects.filter(kind__startswith="visit_").order_by("pk")
    return [kind for kind in rows.values_list("kind", flat=True) if "planned" not in kind][1:]


@pytest.mark.parametrize(
    ("minutes", "shown"), [(-181, False), (-180, True), (0, True), (119, True), (120, False)]
)
def test_the_door_is_seen_in_the_visits_own_hours(visit: Visit, minutes: int, shown: bool) -> None:
    pair(visit)
    now = STARTS + timedelta(minutes=minutes)
    assert shows_address(visit, visit.session, now) is shown


def test_the_door_closes_when_the_family_wants_none_and_when_they_are_out(visit: Visit) -> None:
    first, _second = pair(visit)
    begin_visit(assignment_id=first.pk, actor=first.volunteer.user, now=STARTS)
    finish_visit(assignment_id=first.pk, actor=first.volunteer.user, now=STARTS)
    assert not shows_address(again(visit), visit.session, STARTS)
    Visit.objects.update(finished_at=None)
    drop_visit_wish(
        family_id=visit.request.family_id, request_id=visit.request_id, actor=None, now=NOW
    )
    gone = again(visit)
    assert not shows_address(gone, gone.session, STARTS)


def test_the_first_tap_begins_it_and_each_signs_in_who_taps(visit: Visit) -> None:
    first, second = pair(visit)
    for place in (first, second, first):
        begin_visit(assignment_id=place.pk, actor=place.volunteer.user, now=STARTS)
    left = again(visit)
    assert (left.begun_at, left.begun_by_id) == (STARTS, first.volunteer.user_id)
    hows = Attendance.objects.order_by("assignment").values_list("came_how", flat=True)
    assert list(hows) == ["visit", "visit"]
    assert kinds() == ["visit_begun"]


def test_one_tap_ends_it_for_both_and_the_wish_is_done(visit: Visit) -> None:
    first, second = pair(visit)
    begin_visit(assignment_id=first.pk, actor=first.volunteer.user, now=STARTS)
    finish_visit(assignment_id=second.pk, actor=second.volunteer.user, now=ENDS)
    finish_visit(assignment_id=first.pk, actor=first.volunteer.user, now=ENDS)
    left = again(visit)
    assert (left.finished_by_id, left.request.state) == (second.volunteer.user_id, "done")
    assert Attendance.objects.get(assignment=first).left_at == ENDS
    assert kinds() == ["visit_begun", "visit_finished"]
    assert watch_visits(now=ENDS + timedelta(hours=1)) == 0


def test_nobody_goes_in_alone(here: Street, visit: Visit) -> None:
    first, second = pair(visit)
    withdraw_assignment(assignment_id=second.pk, actor=None, now=NOW)
    begin = {"assignment_id": first.pk, "actor": first.volunteer.user, "now": STARTS}
    with pytest.raises(TwoAdultsNeeded):
        begin_visit(**begin)
    Visit.objects.update(escorted=True)
    assert begin_visit(**begin).begun_at == STARTS


@pytest.mark.parametrize("escorted", [True, False])
def test_who_would_go_alone_sees_no_door_before_there_are_two_again(
    here: Street, visit: Visit, escorted: bool
) -> None:
    _first, second = pair(visit)
    Visit.objects.update(escorted=escorted)
    withdraw_assignment(assignment_id=second.pk, actor=None, now=NOW)
    assert shows_address(again(visit), again(visit).session, STARTS) is escorted
    make_assignment(volunteer=someone(visit.session), shift=second.shift)
    assert shows_address(again(visit), again(visit).session, STARTS)


def test_who_is_inside_sees_the_door_though_the_other_has_left(visit: Visit) -> None:
    first, second = pair(visit)
    begin_visit(assignment_id=first.pk, actor=first.volunteer.user, now=STARTS)
    Assignment.objects.filter(pk=second.pk).update(state="withdrawn", ended_at=STARTS)
    assert shows_address(again(visit), again(visit).session, STARTS)  # to say where she is


def test_too_early_and_not_hers(visit: Visit) -> None:
    first, second = pair(visit)
    with pytest.raises(NotTheTime):
        begin_visit(assignment_id=first.pk, actor=first.volunteer.user, now=NOW)
    with pytest.raises(NotTheTime):
        finish_visit(assignment_id=first.pk, actor=first.volunteer.user, now=NOW)
    withdraw_assignment(assignment_id=second.pk, actor=None, now=NOW)
    with pytest.raises(VisitNotHers):
        begin_visit(assignment_id=second.pk, actor=second.volunteer.user, now=STARTS)


@pytest.mark.parametrize("begun", [True, False])
def test_the_pair_is_asked_then_a_person_is_told_each_once(
    here: Street, visit: Visit, begun: bool
) -> None:
    first, _second = pair(visit)
    if begun:
        begin_visit(assignment_id=first.pk, actor=first.volunteer.user, now=STARTS)
    late = ENDS + timedelta(minutes=15)
    assert watch_visits(now=late - timedelta(seconds=1)) == 0
    assert (watch_visits(now=late), watch_visits(now=late)) == (1, 0)
    assert again(visit).asked_at == late
    assert missed_by(here.coordinator, late) == []
    alarm = late + timedelta(minutes=15)
    assert (watch_visits(now=alarm), watch_visits(now=alarm)) == (1, 0)
    assert missed_by(here.coordinator, alarm) == [visit]
    assert kinds()[-2:] == ["visit_overdue", "visit_alarmed"]
    hear_safe(visit_id=visit.pk, actor=here.coordinator, now=alarm)
    hear_safe(visit_id=visit.pk, actor=here.coordinator, now=alarm)
    assert (missed_by(here.coordinator, alarm), kinds()[-1]) == ([], "visit_heard_safe")
    assert VisitRequest.objects.get().state == ("done" if begun else "planned")


@pytest.mark.parametrize("tapped", [True, False])
def test_a_family_that_calls_it_off_while_they_are_inside_hides_nobody(
    here: Street, visit: Visit, tapped: bool
) -> None:
    first, second = pair(visit)
    now = STARTS + timedelta(minutes=10)
    if tapped:
        begin_visit(assignment_id=first.pk, actor=first.volunteer.user, now=STARTS)
    drop_visit_wish(
        family_id=visit.request.family_id, request_id=visit.request_id, actor=None, now=now
    )
    gone = again(visit)
    kept = "open" if tapped else "cancelled"  # who is not there yet is told not to go
    assert (gone.session.state, gone.request.state) == (kept, "ended")
    assert not shows_address(gone, gone.session, now)
    with pytest.raises(VisitNotHers):
        begin_visit(assignment_id=second.pk, actor=second.volunteer.user, now=now)
    assert second.volunteer.user is not None
    assert session_of(second.volunteer.user, visit.session_id) is not None  # she may report harm
    late = ENDS + timedelta(minutes=15)
    assert watch_visits(now=late) == 1
    assert watch_visits(now=late + timedelta(minutes=15)) == 1
    (missed,) = missed_by(here.coordinator, late + timedelta(minutes=15))
    assert len(inside_of(missed)) == 2
    finish_visit(assignment_id=second.pk, actor=second.volunteer.user, now=late)
    assert missed_by(here.coordinator, late + timedelta(minutes=15)) == []


def test_a_visit_that_is_called_off_before_it_begins_is_nobodys_alarm(visit: Visit) -> None:
    pair(visit)
    drop_visit_wish(
        family_id=visit.request.family_id,
        request_id=visit.request_id,
        actor=None,
        now=STARTS - timedelta(minutes=1),
    )
    assert watch_visits(now=ENDS + timedelta(hours=1)) == 0


def test_a_rota_that_is_closed_meanwhile_hides_nobody(here: Street, visit: Visit) -> None:
    first, _second = pair(visit)
    close_rota(rota_id=here.rota.pk, actor=here.coordinator, now=ENDS)
    assert watch_visits(now=ENDS + timedelta(minutes=15)) == 1
    finish_visit(assignment_id=first.pk, actor=first.volunteer.user, now=ENDS)
    assert again(visit).is_over


def test_who_answers_in_time_is_nobodys_alarm(visit: Visit) -> None:
    first, _second = pair(visit)
    watch_visits(now=ENDS + timedelta(minutes=15))
    late = ENDS + timedelta(minutes=20)
    finish_visit(assignment_id=first.pk, actor=first.volunteer.user, now=late)
    assert watch_visits(now=ENDS + timedelta(hours=2)) == 0


def test_where_nobody_went_nobody_is_missed(visit: Visit) -> None:
    assert watch_visits(now=ENDS + timedelta(hours=1)) == 0
    shift = visit.session.shifts.order_by("pk")[0]
    make_assignment(volunteer=someone(visit.session), shift=shift)
    assert watch_visits(now=ENDS + timedelta(days=3)) == 0  # long ago


def test_before_the_family_has_said_yes_nobody_sees_its_door_or_goes_in(here: Street) -> None:
    visit = planned(here)
    first, _second = pair(visit)
    begin = {"assignment_id": first.pk, "actor": first.volunteer.user, "now": STARTS}
    assert not shows_address(visit, visit.session, STARTS)
    with pytest.raises(VisitNotAgreed):
        begin_visit(**begin)
    Booking.objects.update(state="confirmed", answer_by=None)
    assert shows_address(again(visit), again(visit).session, STARTS)
    assert begin_visit(**begin).begun_at == STARTS


def test_a_seat_that_runs_out_while_they_are_inside_sends_nobody_away(
    here: Street, visit: Visit
) -> None:
    first, _second = pair(visit)
    begin_visit(assignment_id=first.pk, actor=first.volunteer.user, now=STARTS)
    Booking.objects.update(state="expired")
    seek_again_in(sessions=[visit.session_id], now=STARTS)
    left = again(visit)
    assert (left.session.state, left.request.state) == ("open", "planned")
    finish_visit(assignment_id=first.pk, actor=first.volunteer.user, now=ENDS)
    assert again(visit).request.state == "done"


def test_nobody_is_heard_of_who_is_not_missed(here: Street, visit: Visit) -> None:
    pair(visit)
    for now in (NOW, STARTS + timedelta(minutes=5)):
        with pytest.raises(NobodyMissed):
            hear_safe(visit_id=visit.pk, actor=here.coordinator, now=now)
    assert (again(visit).is_over, VisitRequest.objects.get().state) == (False, "planned")
    hear_safe(visit_id=visit.pk, actor=here.coordinator, now=ENDS + timedelta(minutes=1))
    assert again(visit).is_over


def test_what_never_began_was_no_visit(visit: Visit) -> None:
    first, _second = pair(visit)
    finish_visit(assignment_id=first.pk, actor=first.volunteer.user, now=ENDS)
    assert Booking.objects.get().state == "confirmed"
    assert again(visit).request.state == "planned"
    assert watch_visits(now=ENDS + timedelta(hours=1)) == 0


@pytest.mark.parametrize("begun", [True, False])
def test_where_nobody_opens_another_time_is_looked_for_and_nobody_is_missed(
    visit: Visit, begun: bool
) -> None:
    first, second = pair(visit)
    with pytest.raises(NotTheTime):
        find_nobody_home(assignment_id=first.pk, actor=first.volunteer.user, now=NOW)
    if begun:
        begin_visit(assignment_id=first.pk, actor=first.volunteer.user, now=STARTS)
    for place in (first, second):
        find_nobody_home(assignment_id=place.pk, actor=place.volunteer.user, now=STARTS)
    left = again(visit)
    assert (left.is_over, left.request.state) == (True, "open")
    assert Booking.objects.get().state == "absent"
    assert kinds()[-2:] == ["visit_finished", "visit_sought_again"]
    assert watch_visits(now=ENDS + timedelta(hours=1)) == 0


def test_a_late_tap_of_an_earlier_pair_leaves_the_visit_to_come(here: Street, visit: Visit) -> None:
    first, _second = pair(visit)
    begin_visit(assignment_id=first.pk, actor=first.volunteer.user, now=STARTS)
    VisitRequest.objects.update(state="open")
    row = VisitRequest.objects.get()
    other = here.plan(starts_at=STARTS + timedelta(days=1))
    late = ENDS + timedelta(minutes=10)
    plan_visit(request=row, version=row.version, plan=other, actor=here.coordinator, now=late)
    finish_visit(assignment_id=first.pk, actor=first.volunteer.user, now=late)
    assert VisitRequest.objects.get().state == "planned"


def test_who_was_inside_when_it_was_called_off_is_not_settled_away(visit: Visit) -> None:
    first, _second = pair(visit)
    begin_visit(assignment_id=first.pk, actor=first.volunteer.user, now=STARTS)
    cancel_session(session_id=visit.session_id, actor=None, now=STARTS)
    seek_again_in(sessions=[visit.session_id], now=STARTS)
    assert settle_past_visits(now=ENDS) == 0
    assert watch_visits(now=ENDS + timedelta(minutes=15)) == 1


def test_who_was_there_may_report_harm_however_her_place_ended(visit: Visit) -> None:
    first, second = pair(visit)
    begin_visit(assignment_id=first.pk, actor=first.volunteer.user, now=STARTS)
    ended = Assignment.objects.filter(pk=first.pk)
    ended.update(state="withdrawn", ended_at=STARTS + timedelta(minutes=30))
    Assignment.objects.filter(pk=second.pk).update(state="withdrawn", ended_at=NOW)
    assert first.volunteer.user is not None and second.volunteer.user is not None
    assert session_of(first.volunteer.user, visit.session_id) is not None
    assert session_of(second.volunteer.user, visit.session_id) is None  # she gave it back before
