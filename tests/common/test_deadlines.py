"""Until when somebody may answer: over every hour of the day and every lead."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.common import deadlines
from backend.common.clock import LOCAL
from backend.common.deadlines import answer_by, next_waking
from tests.factories import as_rows_have_it, at

MIDNIGHT = datetime(2026, 12, 1, tzinfo=LOCAL)
MOMENTS = st.integers(0, 24 * 60 - 1).map(lambda m: MIDNIGHT + timedelta(minutes=m, seconds=7))
LEADS = st.one_of(st.integers(1, 180), st.integers(1, 28 * 24 * 60)).map(
    lambda m: timedelta(minutes=m)
)


@given(MOMENTS, LEADS, st.integers(1, 72), st.booleans())
def test_it_can_be_kept_whatever_the_hour(
    now: datetime, lead: timedelta, hours: int, urgent: bool
) -> None:
    by = answer_by(now, now + lead, hours=hours, urgent=urgent)
    if by is not None:
        assert now < by < now + lead
        assert time(8) <= by.astimezone(LOCAL).time() <= time(21)
        assert (by.second, by.microsecond) == (0, 0)
        assert lead < timedelta(hours=72) or by - now >= timedelta(hours=24)


@given(MOMENTS, LEADS, st.integers(1, 72))
def test_who_is_urgent_never_has_longer(now: datetime, lead: timedelta, hours: int) -> None:
    calm = answer_by(now, now + lead, hours=hours)
    urgent = answer_by(now, now + lead, hours=hours, urgent=True)
    assert urgent is None if calm is None else urgent is None or urgent <= calm


@given(MOMENTS, LEADS)
def test_nobody_is_asked_only_when_the_night_or_the_start_leaves_no_time(
    now: datetime, lead: timedelta
) -> None:
    if answer_by(now, now + lead, hours=24) is None:
        minutes = range(1, int(lead / timedelta(minutes=1)) - 14)
        assert not any(
            time(8, 1) <= (now + timedelta(minutes=m)).time() <= time(21) for m in minutes
        )


@given(MOMENTS)
def test_an_open_ended_engagement_leaves_a_day(now: datetime) -> None:
    by = answer_by(now, None, hours=24)
    assert by is not None
    assert timedelta(hours=24) <= by - now <= timedelta(hours=24 + 13)


@pytest.mark.parametrize(
    ("now", "starts_at", "expected"),
    [
        ("2026-12-01 09:20", "2026-12-07 09:30", "2026-12-02 10:00"),  # days away: a day
        ("2026-12-01 22:40", "2026-12-07 09:30", "2026-12-03 10:00"),  # asked at night: a morning
        ("2026-12-01 09:20", "2026-12-10 09:30", "2026-12-03 10:00"),  # a week away: two days
        ("2026-12-01 15:20", "2026-12-20 09:30", "2026-12-04 15:20"),  # weeks away: three days
        ("2026-12-01 20:30", "2026-12-20 09:30", "2026-12-04 20:30"),
        ("2026-12-01 22:40", "2026-12-20 09:30", "2026-12-05 10:00"),
        ("2026-12-01 17:45", "2026-12-02 10:00", "2026-12-02 09:00"),  # tomorrow: not at 2 a.m.
        ("2026-12-01 17:33", "2026-12-01 19:00", "2026-12-01 18:17"),  # tonight: within the hour
        ("2026-12-01 17:33", "2026-12-02 08:30", "2026-12-02 08:00"),
        ("2026-12-01 20:00", "2026-12-02 08:00", "2026-12-01 21:00"),  # before the night
        ("2026-12-01 21:30", "2026-12-02 08:00", None),  # nobody could answer
        ("2026-12-01 17:33", "2026-12-02 08:15", "2026-12-02 08:00"),  # a quarter of an hour
        ("2026-12-01 17:33", "2026-12-02 08:14", "2026-12-01 21:00"),
        ("2026-12-01 07:50", "2026-12-01 10:20", "2026-12-01 09:42"),  # a quarter before the start
        ("2026-12-01 07:00", "2026-12-01 08:00", None),
        ("2026-12-01 08:00", "2026-12-01 10:00", "2026-12-01 09:00"),  # the first minute is awake
        ("2026-12-01 10:00", "2026-12-01 10:01", None),
    ],
)
def test_as_people_would_say_it(now: str, starts_at: str, expected: str | None) -> None:
    by = answer_by(at(now), at(starts_at), hours=24)
    assert by == (at(expected) if expected else None)
    assert by == answer_by(as_rows_have_it(at(now)), as_rows_have_it(at(starts_at)), hours=24)


@pytest.mark.parametrize(
    ("days", "calm", "urgent"), [(5, 24, 24), (7, 24, 24), (8, 48, 48), (14, 48, 48), (15, 72, 48)]
)
def test_the_farther_it_is_the_longer_one_has(days: int, calm: int, urgent: int) -> None:
    noon = at("2026-12-01 12:00")
    starts_at = noon + timedelta(days=days)
    assert answer_by(noon, starts_at, hours=24) == noon + timedelta(hours=calm)
    assert answer_by(noon, starts_at, hours=24, urgent=True) == noon + timedelta(hours=urgent)
    assert answer_by(noon, starts_at, hours=96) == noon + timedelta(hours=96)


@given(MOMENTS, LEADS, st.integers(1, 28 * 24 * 60))
def test_who_is_asked_for_what_is_later_never_has_less_time(
    now: datetime, lead: timedelta, more: int
) -> None:
    soon = answer_by(now, now + lead, hours=24)
    later = answer_by(now, now + lead + timedelta(minutes=more), hours=24)
    assert soon is None or (later is not None and soon <= later)


@pytest.mark.parametrize(
    ("moment", "waking"),
    [
        ("2026-12-01 07:59", "2026-12-01 08:00"),
        ("2026-12-01 08:00", "2026-12-01 08:00"),
        ("2026-12-01 20:59", "2026-12-01 20:59"),
        ("2026-12-01 21:00", "2026-12-02 08:00"),  # the night has begun
        ("2026-12-01 21:01", "2026-12-02 08:00"),
        ("2026-12-31 23:59", "2027-01-01 08:00"),
    ],
)
def test_what_falls_into_the_night_waits_for_the_morning(moment: str, waking: str) -> None:
    assert next_waking(at(moment)) == at(waking)
    assert next_waking(as_rows_have_it(at(moment))) == at(waking)


@pytest.mark.parametrize(
    ("lead", "by"),
    [
        (timedelta(hours=48), "2026-12-03 11:00"),
        (timedelta(hours=48, minutes=-2), "2026-12-02 11:59"),
    ],
)
def test_from_two_days_on_nobody_is_hurried(lead: timedelta, by: str) -> None:
    """What is nearer is answered in half of the time that is left, however long one else has."""
    noon = at("2026-12-01 12:00")
    assert answer_by(noon, noon + lead, hours=72) == at(by)


def test_what_was_decided() -> None:
    assert (time(8), time(21)) == (deadlines.DAY_BEGINS, deadlines.DAY_ENDS)
    assert time(10) == deadlines.MORNING
    hours = [timedelta(hours=hours) for hours in (48, 24, 1)]
    assert hours == [deadlines.DAYS_AWAY, deadlines.A_DAY, deadlines.MARGIN]
    assert timedelta(minutes=15) == deadlines.LEAST_MARGIN
    assert [(beyond.days, given / timedelta(hours=1)) for beyond, given in deadlines.FAR] == [
        (14, 72),
        (7, 48),
    ]
    assert timedelta(seconds=59, microseconds=999_999) == deadlines.JUST_UNDER_A_MINUTE
