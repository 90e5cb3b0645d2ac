"""When a visit of a pair is expected and may be told of, at both sides of every edge."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from backend.pairs import policy
from backend.pairs.models import Pair
from tests.factories import as_rows_have_it, at

NOW = at("2026-12-05 09:30")
TODAY = date(2026, 12, 5)
DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)


def pair(state: str = "standing", **fields: object) -> Pair:
    return Pair(**({"state": state, "weeks": 2} | fields))


def test_what_was_decided() -> None:
    assert policy.ANSWER_HOURS == 72
    assert list(policy.WEEKS) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert (policy.GRACE, policy.BACK, policy.PAIR_KEPT) == (3 * DAY, 30 * DAY, 365 * DAY)
    assert policy.LONG_REST == 56 * DAY
    assert (policy.SHORTEST, policy.LONGEST) == (10, 480)
    assert (min(policy.CHILD), max(policy.CHILD)) == (0, 17)


def test_the_next_visit_is_due_a_rhythm_later_and_lies_two_rhythms_ahead_at_most() -> None:
    assert policy.next_due(pair(weeks=2), TODAY) == date(2026, 12, 19)
    assert policy.latest_next(pair(weeks=2), NOW) == at("2027-01-02 09:30")


@pytest.mark.parametrize(
    ("state", "who", "hers"),
    [
        ("standing", 7, True),
        ("paused", 7, True),
        ("standing", 8, False),
        ("asked", 7, False),
        ("ended", 7, False),
    ],
)
def test_a_pair_is_hers_while_they_are_one(state: str, who: int, hers: bool) -> None:
    assert policy.is_hers(pair(state, mentor_id=7), who) is hers


@pytest.mark.parametrize(
    ("state", "due_on", "overdue"),
    [
        ("standing", date(2026, 12, 2), False),
        ("standing", date(2026, 12, 1), True),
        ("standing", None, False),
        ("paused", date(2026, 12, 1), False),
    ],
)
def test_a_visit_is_overdue_after_three_days(
    state: str, due_on: date | None, overdue: bool
) -> None:
    assert policy.is_overdue(pair(state, due_on=due_on), TODAY) is overdue


@pytest.mark.parametrize(
    ("state", "rested_at", "long"),
    [
        ("paused", NOW - 56 * DAY, True),
        ("paused", NOW - 56 * DAY + MOMENT, False),
        ("paused", None, True),
        ("standing", NOW - 99 * DAY, False),
        ("standing", None, False),
    ],
)
def test_a_pause_is_long_after_eight_weeks_or_when_nobody_noted_since_when(
    state: str, rested_at: datetime | None, long: bool
) -> None:
    assert policy.rests_long(pair(state, rested_at=rested_at), NOW) is long


@pytest.mark.parametrize(
    ("state", "since", "began_at", "may"),
    [
        ("standing", at("2026-11-20 15:00"), at("2026-11-20 00:00"), True),
        ("paused", at("2026-11-20 15:00"), at("2026-11-20 00:00"), True),
        ("standing", at("2026-11-20 15:00"), at("2026-11-19 23:59"), False),
        ("standing", at("2026-01-01 15:00"), at("2026-11-05 00:00"), True),
        ("standing", at("2026-01-01 15:00"), at("2026-11-04 23:59"), False),
        ("standing", at("2026-11-20 15:00"), NOW, True),
        ("standing", at("2026-11-20 15:00"), NOW + MOMENT, False),
        ("standing", None, NOW, False),
        ("ended", at("2026-11-20 15:00"), NOW, False),
        ("asked", None, NOW, False),
    ],
)
def test_a_visit_is_told_that_has_begun_since_they_are_a_pair_in_the_last_thirty_days(
    state: str, since: datetime | None, began_at: datetime, may: bool
) -> None:
    assert policy.may_report(pair(state, since=since), began_at, NOW) is may
    read = pair(state, since=since and as_rows_have_it(since))
    moments = as_rows_have_it(began_at), as_rows_have_it(NOW)
    assert policy.may_report(read, *moments) is may
