"""Who is under age, in every month and at both sides of the day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from backend.volunteers import policy
from backend.volunteers.models import GuardianConsent
from tests.factories import NOW, at, make_volunteer


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (2010, 1, date(2028, 2, 1)),
        (2010, 11, date(2028, 12, 1)),
        (2010, 12, date(2029, 1, 1)),
    ],
)
def test_she_is_of_age_for_certain_with_the_month_after_her_eighteenth_birthday(
    year: int, month: int, day: date
) -> None:
    assert policy.of_age_on(year, month) == day


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (2012, 1, date(2026, 2, 1)),
        (2012, 11, date(2026, 12, 1)),
        (2012, 12, date(2027, 1, 1)),
    ],
)
def test_she_is_too_young_until_the_month_after_her_fourteenth_birthday(
    year: int, month: int, day: date
) -> None:
    assert policy.is_too_young(year, month, day - timedelta(days=1)) is True
    assert policy.is_too_young(year, month, day) is False


@pytest.mark.parametrize(
    ("of_age_on", "now", "minor"),
    [
        (date(2027, 1, 1), at("2026-12-31 23:59"), True),
        (date(2027, 1, 1), at("2027-01-01 00:00"), False),
        (None, at("2026-12-31 23:59"), False),
    ],
)
@pytest.mark.django_db
def test_whoever_is_under_age_needs_a_guardian_until_the_day_begins_here(
    of_age_on: date | None, now: datetime, minor: bool
) -> None:
    her = make_volunteer(of_age_on=of_age_on)
    assert policy.is_minor(her, now) is minor
    assert policy.needs_guardian(her, now) is minor


@pytest.mark.parametrize(
    ("given_at", "withdrawn_at", "needs"),
    [(None, None, True), (NOW, None, False), (NOW, NOW, True)],
)
@pytest.mark.django_db
def test_she_needs_none_while_a_consent_stands(
    given_at: datetime | None, withdrawn_at: datetime | None, needs: bool
) -> None:
    her, other = (make_volunteer(of_age_on=date(2028, 1, 1)) for _ in range(2))
    GuardianConsent.objects.create(
        volunteer=her,
        name="陈建国",
        phone="13900000001",
        text_version=policy.CONSENT_TEXT,
        asked_at=NOW,
        given_at=given_at,
        withdrawn_at=withdrawn_at,
    )
    assert policy.needs_guardian(her, NOW) is needs
    assert policy.needs_guardian(other, NOW) is True
