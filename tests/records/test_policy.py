"""Signing in and out at every edge of the clock, and how long somebody served."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from backend.accounts.models import User
from backend.bookings.models import Booking
from backend.programmes.models import Engagement
from backend.records import policy
from backend.records.models import Attendance
from backend.rota.models import Assignment, Session
from backend.volunteers.models import Volunteer
from tests.factories import at

STARTS = at("2026-12-05 09:30")
ENDS = at("2026-12-05 11:00")
OPENS = STARTS - timedelta(minutes=settings.SIGN_IN_MINUTES)
MOMENT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)


def session(**fields: object) -> Session:
    return Session(**({"starts_at": STARTS, "ends_at": ENDS, "state": "open"} | fields))


def open_ended() -> Session:
    return session(starts_at=None, ends_at=None)


@pytest.mark.parametrize(
    ("now", "may_sign_in", "may_sign_out"),
    [
        (OPENS - MOMENT, False, False),
        (OPENS, True, True),
        (STARTS, True, True),
        (ENDS - MOMENT, True, True),
        (ENDS, False, True),
        (ENDS + policy.SIGN_OUT - MOMENT, False, True),
        (ENDS + policy.SIGN_OUT, False, False),
    ],
)
def test_one_signs_in_until_the_end_and_out_a_little_longer(
    now: datetime, may_sign_in: bool, may_sign_out: bool
) -> None:
    assert policy.may_sign_in(session(), now) is may_sign_in
    assert policy.may_sign_out(session(), now) is may_sign_out


def test_without_a_time_nobody_signs_and_nothing_is_planned() -> None:
    assert policy.opens_at(open_ended()) is None
    assert policy.may_sign_in(open_ended(), STARTS) is False
    assert policy.may_sign_out(open_ended(), STARTS) is False
    assert policy.planned_minutes(open_ended()) == 0
    assert policy.minutes_between(open_ended(), STARTS, ENDS) == 0
    assert policy.most_minutes(open_ended()) == policy.LONGER


@pytest.mark.parametrize(
    ("assignment", "state", "starts", "expected"),
    [
        ("active", "open", STARTS, True),
        ("active", "done", STARTS, True),
        ("active", "cancelled", STARTS, False),
        ("active", "planned", STARTS, False),
        ("active", "open", None, False),
        ("withdrawn", "open", STARTS, False),
        ("released", "open", STARTS, False),
    ],
)
def test_who_has_a_place_in_what_takes_place_is_expected(
    assignment: str, state: str, starts: datetime | None, expected: bool
) -> None:
    row = session(state=state, starts_at=starts)
    assert policy.is_expected(Assignment(state=assignment), row) is expected


@pytest.mark.parametrize(
    ("came", "left", "minutes"),
    [
        (STARTS, ENDS, 90),
        (OPENS, ENDS + MINUTE, 90),
        (STARTS + MINUTE, ENDS - MINUTE, 88),
        (STARTS + MOMENT, ENDS, 89),
        (ENDS + MINUTE, ENDS + 2 * MINUTE, 0),
        (ENDS, STARTS, 0),
        (None, ENDS, 0),
        (STARTS, None, 0),
    ],
)
def test_whole_minutes_of_the_planned_time_count(
    came: datetime | None, left: datetime | None, minutes: int
) -> None:
    assert policy.minutes_between(session(), came, left) == minutes


@pytest.mark.parametrize(
    ("came", "left", "minutes"),
    [
        (None, None, 90),
        (STARTS + 10 * MINUTE, None, 80),
        (STARTS + 10 * MINUTE, ENDS - 20 * MINUTE, 60),
    ],
)
def test_a_confirmation_begins_with_what_was_signed(
    came: datetime | None, left: datetime | None, minutes: int
) -> None:
    signed = Attendance(came_at=came, left_at=left)
    assert policy.suggested_minutes(signed, session()) == minutes
    assert policy.suggested_minutes(None, session()) == 90


def test_a_confirmation_may_say_more_than_the_plan_but_not_anything() -> None:
    assert policy.most_minutes(session()) == 90 + 240


def test_nobody_confirms_her_own_hours() -> None:
    assert policy.is_own(Volunteer(user_id=7), User(pk=7)) is True
    assert policy.is_own(Volunteer(user_id=8), User(pk=7)) is False
    assert policy.is_own(Volunteer(user_id=None), User(pk=None)) is False


@pytest.mark.parametrize(("came_by", "second"), [(None, False), (7, False), (8, True)])
def test_a_second_word_is_somebody_elses(came_by: int | None, second: bool) -> None:
    assert policy.is_second_word(Attendance(came_by_id=came_by), User(pk=7)) is second


def test_what_was_decided() -> None:
    assert (timedelta(hours=2), timedelta(days=14)) == (policy.SIGN_OUT, policy.FEEDBACK)
    assert policy.LONGER == 240


@pytest.mark.parametrize(
    ("fields", "now", "may"),
    [
        ({}, ENDS - MOMENT, True),
        ({}, ENDS, False),
        ({"state": "cancelled"}, STARTS, False),
        ({"ends_at": None}, STARTS, False),
    ],
)
def test_what_is_not_over_can_be_a_training(
    fields: dict[str, object], now: datetime, may: bool
) -> None:
    assert policy.may_yet_be_named(session(**fields), now) is may
    assert policy.can_be_training(session(engagement=Engagement(), **fields), now) is may


@pytest.mark.parametrize(
    ("home", "kind_at_home"), [("for_visit", False), ("for_pair", False), ("", True)]
)
def test_what_is_at_a_home_is_no_training(home: str, kind_at_home: bool) -> None:
    at_home = session(home=home, engagement=Engagement(at_home=kind_at_home))
    assert not policy.can_be_training(at_home, STARTS)
    assert policy.may_yet_be_named(at_home, STARTS)


@pytest.mark.parametrize(
    ("state", "fields", "now", "may"),
    [
        ("confirmed", {}, ENDS - MOMENT, False),
        ("confirmed", {}, ENDS, True),
        ("attended", {}, ENDS + policy.FEEDBACK - MOMENT, True),
        ("attended", {}, ENDS + policy.FEEDBACK, False),
        ("absent", {}, ENDS, False),
        ("confirmed", {"state": "cancelled"}, ENDS, False),
        ("confirmed", {"ends_at": None}, ENDS, False),
    ],
)
def test_a_family_says_how_it_was_for_a_fortnight(
    state: str, fields: dict[str, object], now: datetime, may: bool
) -> None:
    assert policy.may_give_feedback(Booking(state=state), session(**fields), now) is may


def test_half_a_time_is_none() -> None:
    for half in (session(ends_at=None), session(starts_at=None)):
        assert policy.may_sign_in(half, STARTS) is False
        assert policy.may_sign_out(half, STARTS) is False
        assert policy.planned_minutes(half) == 0
        assert policy.minutes_between(half, STARTS, ENDS) == 0
    assert policy.minutes_between(session(), None, ENDS) == 0
    assert policy.minutes_between(session(), STARTS, None) == 0
    assert policy.minutes_between(session(), ENDS, STARTS) == 0
