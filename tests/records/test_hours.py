"""Hours of service: two words, whole minutes, reversals."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from backend.accounts.operations import keep_phone
from backend.common.locking import operation
from backend.records.models import Attendance, BackEntry, Objection, ServiceRecord
from backend.records.operations import (
    AlreadyAnsweredIt,
    AlreadyAsked,
    AlreadyDecided,
    BadMinutes,
    NothingToCorrect,
    NotTheTime,
    OneWordOnly,
    OwnHours,
    SecondPerson,
    answer_objection,
    ask_back_entry,
    confirm_hours,
    confirm_signed,
    correct_hours,
    decide_back_entry,
    note_away,
    object_to,
    sign_in,
    sign_out,
)
from backend.records.operations.hours import served as write_served
from backend.records.operations.presence import hold_part
from backend.records.queries import minutes_served
from backend.rota.queries import with_services
from backend.volunteers.models import Volunteer
from backend.volunteers.operations import ReasonNeeded
from tests.factories import make_user
from tests.records.scene import BEGINS, ENDS, LATER, Day, make_day, minutes

pytestmark = pytest.mark.django_db


def confirm(day: Day, n: int = 60, actor: object = None, now: object = LATER) -> None:
    confirm_hours(
        assignment_id=day.helper.pk,
        minutes=n,
        actor=actor or day.coordinator,  # type: ignore[arg-type]
        now=now,  # type: ignore[arg-type]
    )


def attended(day: Day) -> bool | None:
    day.helper.refresh_from_db()
    return day.helper.attended


def served(day: Day) -> tuple[int, int]:
    """Minutes, and how often she has served."""
    counted = with_services(Volunteer.objects.filter(pk=day.her.pk)).get()
    return minutes_served(day.her), counted.served  # type: ignore[attr-defined]


def lines(day: Day) -> list[int]:
    rows = ServiceRecord.objects.filter(volunteer=day.her).order_by("number")
    return list(rows.values_list("minutes", flat=True))


def test_her_sign_in_and_another_ones_word_make_hours() -> None:
    day = make_day()
    assert (attended(day), served(day)) == (None, (0, 0))
    day.signed()
    assert served(day) == (0, 0)
    confirm(day, 55)
    row = ServiceRecord.objects.get()
    assert (row.minutes, row.word_by_id, row.recorded_by_id) == (
        55,
        day.hers.pk,
        day.coordinator.pk,
    )
    assert row.organiser == day.session.rota.organisation
    assert (attended(day), served(day)) == (True, (55, 1))


def test_the_leader_sees_her_and_the_coordinator_confirms() -> None:
    day = make_day()
    sign_in(assignment_id=day.helper.pk, how="leader", actor=day.leaders, now=BEGINS)
    with pytest.raises(OneWordOnly):
        confirm(day, actor=day.leaders)
    confirm(day)
    assert lines(day) == [60]


def test_nobody_confirms_her_own_hours() -> None:
    day = make_day()
    day.signed()
    with pytest.raises(OwnHours):
        confirm(day, actor=day.hers)


def test_one_word_alone_makes_no_hours() -> None:
    day = make_day()
    with pytest.raises(OneWordOnly):
        confirm(day)
    assert lines(day) == []


def test_hours_from_before_the_sign_ins_are_not_confirmed_again() -> None:
    day = make_day()
    day.served(60)
    Attendance.objects.all().delete()
    confirm(day, 60)
    with pytest.raises(AlreadyDecided):
        confirm(day, 45)
    assert lines(day) == [60]


@pytest.mark.parametrize("n", [0, 60 + 241])
def test_minutes_have_bounds(n: int) -> None:
    day = make_day()
    day.signed()
    with pytest.raises(BadMinutes):
        confirm(day, n)


def test_nothing_is_confirmed_before_the_end() -> None:
    day = make_day()
    sign_in(assignment_id=day.helper.pk, how="code", actor=day.hers, now=BEGINS)
    with pytest.raises(NotTheTime):
        confirm(day, now=ENDS - minutes(1))
    confirm(day, now=ENDS)
    assert lines(day) == [60]


def test_the_same_again_changes_nothing_and_another_number_is_refused() -> None:
    day = make_day()
    day.served(60)
    confirm(day, 60)
    with pytest.raises(AlreadyDecided):
        confirm(day, 45)
    assert lines(day) == [60]


def test_the_leader_confirms_all_who_signed_and_never_herself() -> None:
    day = make_day()
    day.signed(BEGINS + minutes(15), ENDS)
    leader = day.leader.pk
    sign_in(assignment_id=leader, how="code", actor=day.leaders, now=BEGINS)
    assert confirm_signed(session_id=day.session.pk, actor=day.leaders, now=LATER) == 1
    assert confirm_signed(session_id=day.session.pk, actor=day.leaders, now=LATER) == 0
    assert lines(day) == [45]
    assert ServiceRecord.objects.count() == 1


def test_whoever_confirms_all_leaves_out_whom_she_signed_in_herself() -> None:
    day = make_day()
    for part, actor in ((day.leader, day.leaders), (day.helper, day.leaders)):
        sign_in(assignment_id=part.pk, how="leader", actor=actor, now=BEGINS)
        sign_out(assignment_id=part.pk, how="leader", actor=actor, now=ENDS)
    assert confirm_signed(session_id=day.session.pk, actor=day.leaders, now=LATER) == 0
    assert ServiceRecord.objects.count() == 0
    assert confirm_signed(session_id=day.session.pk, actor=day.coordinator, now=LATER) == 2


def test_whoever_confirms_all_leaves_out_her_own_though_somebody_else_saw_her() -> None:
    day = make_day()
    sign_in(assignment_id=day.leader.pk, how="leader", actor=day.coordinator, now=BEGINS)
    sign_out(assignment_id=day.leader.pk, how="leader", actor=day.coordinator, now=ENDS)
    assert confirm_signed(session_id=day.session.pk, actor=day.leaders, now=LATER) == 0


# --- absence, corrections -------------------------------------------------------------------------
def test_who_was_away_has_no_hours_and_may_object() -> None:
    day = make_day()
    note_away(
        assignment_id=day.helper.pk, excused=False, reason="", actor=day.coordinator, now=LATER
    )
    assert (attended(day), served(day)) == (False, (0, 0))
    said = object_to(assignment_id=day.helper.pk, text="我去了", actor=day.hers, now=LATER)
    with pytest.raises(AlreadyAsked):
        object_to(assignment_id=day.helper.pk, text="真的", actor=day.hers, now=LATER)
    answer_objection(
        objection_id=said.pk, answer="对，补上了", minutes=60, actor=day.coordinator, now=LATER
    )
    assert (attended(day), served(day)) == (True, (60, 1))
    assert Objection.objects.get().answer == "对，补上了"
    with pytest.raises(AlreadyAnsweredIt):
        answer_objection(
            objection_id=said.pk, answer="又", minutes=None, actor=day.second, now=LATER
        )


def test_without_her_word_an_absence_is_not_made_hours_by_one_person() -> None:
    day = make_day()
    note_away(
        assignment_id=day.helper.pk, excused=True, reason="", actor=day.coordinator, now=LATER
    )
    with pytest.raises(OneWordOnly):
        correct_hours(
            assignment_id=day.helper.pk,
            minutes=60,
            reason="记错了",
            actor=day.coordinator,
            now=LATER,
        )


def test_a_correction_reverses_and_writes_anew() -> None:
    day = make_day()
    day.served(60)

    def correct(n: int, reason: str = "量错了") -> None:
        correct_hours(
            assignment_id=day.helper.pk, minutes=n, reason=reason, actor=day.second, now=LATER
        )

    with pytest.raises(ReasonNeeded):
        correct(30, " ")
    correct(60)
    assert lines(day) == [60]
    correct(30)
    assert (lines(day), served(day)) == ([60, -60, 30], (30, 1))
    correct(0)
    assert (lines(day), served(day), attended(day)) == ([60, -60, 30, -30], (0, 0), False)
    correct(20)
    assert (lines(day)[-1], served(day)) == (20, (20, 1))


def test_who_said_first_that_she_came_is_not_both_words_of_a_correction() -> None:
    day = make_day()
    leads = {"assignment_id": day.helper.pk, "actor": day.coordinator}
    sign_in(how="leader", now=BEGINS, **leads)
    confirm(day, 60, actor=day.second)
    correct_hours(minutes=240, reason="多做了", now=LATER, **leads)
    row = ServiceRecord.objects.order_by("number").last()
    assert row is not None
    assert (row.minutes, row.word_by_id, row.recorded_by_id) == (
        240,
        day.second.pk,
        day.coordinator.pk,
    )


def test_one_persons_word_alone_is_never_made_more_by_herself() -> None:
    day = make_day()

    @operation
    def of_one_word() -> None:
        """As lines were written before two people's words were asked for."""
        write_served(hold_part(day.helper.pk), 60, None, "", day.coordinator, LATER)

    of_one_word()
    alone = {"assignment_id": day.helper.pk, "actor": day.coordinator, "now": LATER}
    with pytest.raises(OneWordOnly):
        correct_hours(minutes=90, reason="多做了", **alone)
    correct_hours(minutes=30, reason="量错了", **alone)
    assert lines(day) == [60, -60, 30]


def test_who_was_noted_away_and_objects_has_said_so_herself() -> None:
    day = make_day()
    leads = {"assignment_id": day.helper.pk, "actor": day.coordinator}
    sign_in(how="leader", now=BEGINS, **leads)
    note_away(assignment_id=day.helper.pk, excused=False, reason="", actor=day.second, now=LATER)
    object_to(assignment_id=day.helper.pk, text="我在", actor=day.hers, now=LATER)
    correct_hours(minutes=60, reason="她在", now=LATER, **leads)
    assert lines(day) == [60]


def test_what_nobody_decided_is_not_corrected() -> None:
    day = make_day()
    with pytest.raises(NothingToCorrect):
        correct_hours(
            assignment_id=day.helper.pk, minutes=5, reason="x", actor=day.second, now=LATER
        )


# --- back entries ---------------------------------------------------------------------------------
def test_hours_that_nobody_signed_for_need_a_second_person() -> None:
    day = make_day()
    entry = ask_back_entry(
        assignment_id=day.helper.pk,
        minutes=50,
        reason="手机没电，照片里有她",
        actor=day.coordinator,
        now=LATER,
    )
    with pytest.raises(SecondPerson):
        decide_back_entry(entry_id=entry.pk, approve=True, actor=day.coordinator, now=LATER)
    with pytest.raises(OwnHours):
        decide_back_entry(entry_id=entry.pk, approve=True, actor=day.hers, now=LATER)
    beside = make_user()  # her other account: one telephone opens both
    for user in (day.coordinator, beside):
        keep_phone(user=user, number="13800138000", now=LATER)
    with pytest.raises(SecondPerson):
        decide_back_entry(entry_id=entry.pk, approve=True, actor=beside, now=LATER)
    assert lines(day) == []
    decide_back_entry(entry_id=entry.pk, approve=True, actor=day.second, now=LATER)
    row = ServiceRecord.objects.get()
    assert (row.minutes, row.word_by_id, row.recorded_by_id, row.note) == (
        50,
        day.coordinator.pk,
        day.second.pk,
        "手机没电，照片里有她",
    )
    with pytest.raises(AlreadyAnsweredIt):
        decide_back_entry(entry_id=entry.pk, approve=True, actor=day.second, now=LATER)
    assert BackEntry.objects.get().approved is True


def test_a_no_leaves_everything_open() -> None:
    day = make_day()
    entry = ask_back_entry(
        assignment_id=day.helper.pk, minutes=50, reason="x", actor=day.coordinator, now=LATER
    )
    decide_back_entry(entry_id=entry.pk, approve=False, actor=day.second, now=LATER)
    assert (lines(day), attended(day)) == ([], None)
    assert Attendance.objects.get(assignment=day.helper).state == "open"


def test_the_database_refuses_two_rows_of_one_number() -> None:
    day = make_day()
    day.served()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_servicerecord (volunteer_id, session_id, organiser_id, minutes, "
            "recorded_at, note, number, previous, digest) SELECT volunteer_id, session_id, "
            "organiser_id, 5, recorded_at, '', number, '', '' FROM records_servicerecord"
        )


def test_who_has_served_is_not_noted_as_away() -> None:
    day = make_day()
    day.signed()
    confirm(day)
    with pytest.raises(AlreadyDecided):
        note_away(
            assignment_id=day.helper.pk, excused=False, reason="", actor=day.second, now=LATER
        )
    assert attended(day) is True and lines(day) == [60]
