"""签到 and 签退: when, by what, and whose word stands."""

from __future__ import annotations

from datetime import datetime

import pytest

from backend.common.refusal import Refusal
from backend.outbox.models import Event
from backend.records import codes
from backend.records.models import Attendance
from backend.records.operations import (
    AlreadyDecided,
    BadTimes,
    NotExpected,
    NotThereYet,
    NotTheTime,
    TooManyTries,
    WrongCode,
    say_afterwards,
    sign_in,
    sign_in_by_code,
    sign_in_by_proof,
    sign_out,
    take_back_arrival,
)
from backend.records.operations.presence import TRIES_IN_ALL
from backend.records.policy import minutes_between
from backend.rota.models import Assignment
from tests.factories import at, make_division, make_organisation
from tests.records.scene import BEGINS, ENDS, LATER, Day, make_day, minutes

pytestmark = pytest.mark.django_db


def known(day: Day) -> Attendance:
    return Attendance.objects.get(assignment=day.helper)


def come(day: Day, now: datetime) -> str:
    """How it ended, in a word."""
    try:
        sign_in(assignment_id=day.helper.pk, how="code", actor=day.hers, now=now)
    except Refusal as refusal:
        return refusal.code
    return "in"


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        (BEGINS - minutes(45) - minutes(1 / 60), "not_the_time"),
        (BEGINS - minutes(45), "in"),
        (BEGINS, "in"),
        (ENDS - minutes(1 / 60), "in"),
        (ENDS, "not_the_time"),
    ],
)
def test_one_signs_in_from_three_quarters_before_to_the_end(now: datetime, ends: str) -> None:
    assert come(make_day(), now) == ends


def test_a_session_over_midnight_is_open_on_both_days() -> None:
    day = make_day(at("2026-12-31 23:30"), 60)
    assert come(day, at("2027-01-01 00:10")) == "in"
    sign_out(assignment_id=day.helper.pk, how="code", actor=day.hers, now=at("2027-01-01 00:31"))
    row = known(day)
    day.session.refresh_from_db()
    assert minutes_between(day.session, row.came_at, row.left_at) == 20


def test_the_first_word_stands() -> None:
    day = make_day()
    assert come(day, BEGINS - minutes(10)) == "in"
    sign_in(assignment_id=day.helper.pk, how="leader", actor=day.leaders, now=BEGINS)
    row = known(day)
    assert (row.came_at, row.came_how, row.came_by_id) == (
        BEGINS - minutes(10),
        "code",
        day.hers.pk,
    )


def test_who_did_not_come_cannot_go() -> None:
    day = make_day()
    with pytest.raises(NotThereYet):
        sign_out(assignment_id=day.helper.pk, how="code", actor=day.hers, now=BEGINS)


def test_who_gave_her_place_back_is_not_expected() -> None:
    day = make_day()
    Assignment.objects.filter(pk=day.helper.pk).update(state="withdrawn")
    with pytest.raises(NotExpected):
        sign_in(assignment_id=day.helper.pk, how="code", actor=day.hers, now=BEGINS)


# --- codes ----------------------------------------------------------------------------------------
def test_a_code_holds_for_its_half_minute_and_the_ones_beside_it() -> None:
    day = make_day()
    first = at("2026-12-05 09:30")
    code = codes.spoken_code(day.session.pk, first)
    assert len(code) == 6
    assert codes.is_spoken(day.session.pk, code, first + minutes(0.99))
    link = codes.link_code(day.session.pk, first)
    assert codes.is_linked(day.session.pk, link, first + minutes(0.99))
    assert not codes.is_linked(day.session.pk, link, first + minutes(1))
    assert not codes.is_linked(day.session.pk + 1, link, first)
    assert codes.is_wall(7, 1, codes.wall_code(7, 1)) and not codes.is_wall(
        8, 1, codes.wall_code(7, 1)
    )
    assert not codes.is_wall(7, 2, codes.wall_code(7, 1))


def test_she_types_what_she_is_told_with_any_digits() -> None:
    day = make_day()
    code = codes.spoken_code(day.session.pk, BEGINS)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    sign_in_by_code(
        assignment_id=day.helper.pk, typed=f" {wide[:2]} {wide[2:]}", actor=day.hers, now=BEGINS
    )
    assert known(day).came_how == "code"


def typed_without_network(day: Day, typed_at: datetime, sent_at: datetime) -> str:
    """She types what is read out at `typed_at`; how it ended when it was sent, in a word."""
    try:
        sign_in_by_code(
            assignment_id=day.helper.pk,
            typed=codes.spoken_code(day.session.pk, typed_at),
            actor=day.hers,
            now=sent_at,
            at=typed_at,
        )
    except Refusal as refusal:
        return refusal.code
    row = known(day)
    return f"{row.came_how} {row.came_at == typed_at}"


@pytest.mark.parametrize(
    ("typed_at", "sent_at", "ends"),
    [
        (BEGINS, BEGINS + minutes(3), "kept True"),
        (BEGINS, ENDS + minutes(300), "kept True"),  # home again
        (BEGINS, BEGINS + minutes(12 * 60 + 1), "wrong_code"),  # a code of another time
        (BEGINS + minutes(3), BEGINS, "wrong_code"),  # her phone's clock is fast
        (BEGINS - minutes(46), BEGINS, "not_the_time"),
        (ENDS, ENDS + minutes(1), "not_the_time"),
    ],
)
def test_what_was_typed_without_network_is_judged_at_its_moment(
    typed_at: datetime, sent_at: datetime, ends: str
) -> None:
    assert typed_without_network(make_day(), typed_at, sent_at) == ends


def left_without_network(day: Day, left_at: datetime, sent_at: datetime) -> str:
    """She came at the beginning and taps 签退 at `left_at`; how it ended when it was sent."""
    sign_in(assignment_id=day.helper.pk, how="code", actor=day.hers, now=BEGINS)
    try:
        sign_out(assignment_id=day.helper.pk, how="code", actor=day.hers, now=sent_at, at=left_at)
    except Refusal as refusal:
        return refusal.code
    row = known(day)
    return f"{row.left_how} {row.left_at == left_at}"


@pytest.mark.parametrize(
    ("left_at", "sent_at", "ends"),
    [
        (ENDS, ENDS, "code True"),
        (ENDS, ENDS + minutes(300), "kept True"),  # home again
        (ENDS, ENDS + minutes(12 * 60 + 1), "not_the_time"),  # too long ago to be believed
        (ENDS + minutes(3), ENDS, "code False"),  # her phone's clock is fast: it is now
        (ENDS + minutes(121), ENDS + minutes(180), "not_the_time"),
        (BEGINS - minutes(5), ENDS, "bad_times"),
    ],
)
def test_leaving_without_network_is_judged_at_its_moment(
    left_at: datetime, sent_at: datetime, ends: str
) -> None:
    assert left_without_network(make_day(), left_at, sent_at) == ends


def test_a_code_of_a_moment_fits_no_other_moment() -> None:
    day = make_day()
    with pytest.raises(WrongCode):
        sign_in_by_code(
            assignment_id=day.helper.pk,
            typed=codes.spoken_code(day.session.pk, BEGINS + minutes(30)),
            actor=day.hers,
            now=BEGINS + minutes(31),
            at=BEGINS,
        )


def test_five_tries_and_then_she_waits() -> None:
    day = make_day()
    right = codes.spoken_code(day.session.pk, BEGINS)
    near = {codes.spoken_code(day.session.pk, BEGINS + minutes(n / 2)) for n in (-1, 0, 1)}
    wrong = next(f"{n:06}" for n in range(10) if f"{n:06}" not in near)

    def attempt(typed: str, now: datetime) -> None:
        sign_in_by_code(assignment_id=day.helper.pk, typed=typed, actor=day.hers, now=now)

    for _ in range(5):
        with pytest.raises(WrongCode):
            attempt(wrong, BEGINS)
    with pytest.raises(TooManyTries):
        attempt(right, BEGINS)
    later = BEGINS + minutes(5)
    attempt(codes.spoken_code(day.session.pk, later), later)
    assert known(day).came_at == later


def test_who_guesses_all_day_passes_less_than_once_in_a_thousand_days() -> None:
    day = make_day()
    opens, closes = BEGINS - minutes(60), BEGINS + minutes(11 * 60)
    right = {codes.spoken_code(day.session.pk, opens + minutes(n / 2)) for n in range(2 * 12 * 60)}
    wrong = next(f"{n:06}" for n in range(10**6) if f"{n:06}" not in right)
    checked = 0
    moment = opens
    while moment < closes:
        try:
            sign_in_by_code(assignment_id=day.helper.pk, typed=wrong, actor=day.hers, now=moment)
        except WrongCode:
            checked += 1
        except TooManyTries:
            pass
        moment += minutes(1)
    assert checked == TRIES_IN_ALL
    fit_at_once = 3
    assert checked * fit_at_once / 10**codes.DIGITS < 0.001


def test_a_proof_is_of_its_session_or_place_for_ten_minutes() -> None:
    day = make_day()
    other = make_day()

    def proved(proof: codes.CodeProof, now: datetime) -> str:
        text = codes.proof_text(proof, BEGINS)
        try:
            row = sign_in_by_proof(assignment_id=day.helper.pk, text=text, actor=day.hers, now=now)
        except WrongCode:
            return "wrong"
        Attendance.objects.all().delete()
        return row.came_how

    here = codes.CodeProof(session=day.session.pk)
    assert proved(here, BEGINS + minutes(10)) == "code"
    assert proved(here, BEGINS + minutes(10) + minutes(1 / 60)) == "wrong"
    assert proved(codes.CodeProof(venue=day.session.venue_id), BEGINS) == "wall"
    assert proved(codes.CodeProof(session=other.session.pk), BEGINS) == "wrong"
    assert proved(codes.CodeProof(venue=other.session.venue_id), BEGINS) == "wrong"
    assert codes.read_proof("nonsense", BEGINS) is None


# --- by hand, and afterwards ----------------------------------------------------------------------
def test_a_slip_of_the_leader_is_taken_back_and_a_code_is_not() -> None:
    day = make_day()
    sign_in(assignment_id=day.helper.pk, how="leader", actor=day.leaders, now=BEGINS)
    take_back_arrival(assignment_id=day.helper.pk, actor=day.leaders, now=BEGINS)
    assert (known(day).came_at, known(day).came_by_id) == (None, None)
    assert come(day, BEGINS) == "in"
    with pytest.raises(AlreadyDecided):
        take_back_arrival(assignment_id=day.helper.pk, actor=day.leaders, now=BEGINS)


def test_who_forgot_says_so_afterwards() -> None:
    day = make_day()
    say_afterwards(
        assignment_id=day.helper.pk, came_at=BEGINS, left_at=ENDS, actor=day.hers, now=LATER
    )
    row = known(day)
    assert (row.came_how, row.left_how, row.came_by_id) == ("later", "later", day.hers.pk)


def test_what_was_signed_stays_when_only_the_end_was_forgotten() -> None:
    day = make_day()
    come(day, BEGINS + minutes(20))
    say_afterwards(
        assignment_id=day.helper.pk, came_at=BEGINS, left_at=ENDS, actor=day.hers, now=LATER
    )
    assert known(day).came_at == BEGINS + minutes(20)
    assert known(day).left_at == ENDS


@pytest.mark.parametrize(
    ("came", "left"),
    [
        (ENDS, BEGINS),
        (BEGINS, BEGINS),
        (BEGINS - minutes(46), ENDS),
        (BEGINS, LATER + minutes(1)),
    ],
)
def test_times_that_cannot_be_are_refused(came: datetime, left: datetime) -> None:
    day = make_day()
    with pytest.raises(BadTimes):
        say_afterwards(
            assignment_id=day.helper.pk, came_at=came, left_at=left, actor=day.hers, now=LATER
        )
    assert not Attendance.objects.exists()


def test_before_the_end_nothing_is_said_afterwards() -> None:
    day = make_day()
    with pytest.raises(NotTheTime):
        say_afterwards(
            assignment_id=day.helper.pk, came_at=BEGINS, left_at=ENDS, actor=day.hers, now=BEGINS
        )


def test_what_counts_is_the_planned_time_in_whole_minutes() -> None:
    session = make_day().session
    early = BEGINS - minutes(28)
    assert minutes_between(session, early, ENDS + minutes(4)) == 60
    assert minutes_between(session, BEGINS + minutes(0.5), ENDS) == 59
    assert minutes_between(session, BEGINS, None) == 0
    assert minutes_between(session, ENDS, ENDS + minutes(5)) == 0


def test_every_desk_that_confirms_her_hours_hears_that_she_came() -> None:
    day = make_day()
    session = day.session
    county = make_organisation(division=make_division(code=session.county_code))
    helping = make_organisation()
    elsewhere = make_organisation()
    session.organisers.add(helping)
    sign_in(assignment_id=day.helper.pk, how="code", actor=day.hers, now=BEGINS)
    heard = set(Event.objects.get(kind="volunteer_arrived").streams)
    for desk in (session.rota.organisation, county, helping):
        assert f"organisation.{desk.pk}" in heard
    assert f"organisation.{elsewhere.pk}" not in heard
