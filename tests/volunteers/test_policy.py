"""Who is under age, in every month and at both sides of the day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from backend.accounts import phones
from backend.accounts.models import Phone
from backend.volunteers import policy
from backend.volunteers.models import GuardianConsent
from tests.factories import NOW, at, make_user, make_volunteer


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
    assert policy.consents_by("13900000001") is not needs
    assert policy.consents_by("13900000002") is False
    assert policy.needs_guardian(other, NOW) is True


@pytest.mark.parametrize(
    ("born", "turned"),
    [
        (date(2008, 12, 5), date(2026, 12, 5)),
        (date(2008, 2, 29), date(2026, 3, 1)),
    ],
)
def test_a_number_is_of_a_minor_until_the_eighteenth_birthday(born: date, turned: date) -> None:
    number = f"350102{born:%Y%m%d}0012"
    assert policy.is_minor_by(number, turned - timedelta(days=1)) is True
    assert policy.is_minor_by(number, turned) is False


def test_the_29th_of_february_is_a_birthday_where_there_is_one() -> None:
    assert policy.birthday(date(2008, 2, 29), 4) == date(2012, 2, 29)


@pytest.mark.parametrize(
    ("of_age_on", "minor"), [(date(2027, 1, 1), True), (date(2026, 1, 1), False), (None, False)]
)
@pytest.mark.django_db
def test_a_telephone_of_somebody_under_age_is_no_guardians(
    of_age_on: date | None, minor: bool
) -> None:
    make_volunteer(phone="13900000002", of_age_on=of_age_on)
    assert policy.is_number_of_minor("13900000002", NOW) is minor
    assert policy.is_number_of_minor("13900000003", NOW) is False


@pytest.mark.parametrize(
    ("of_age_on", "minor"), [(date(2027, 1, 1), True), (date(2026, 1, 1), False), (None, False)]
)
@pytest.mark.django_db
def test_a_telephone_by_which_somebody_under_age_comes_in_is_no_guardians(
    of_age_on: date | None, minor: bool
) -> None:
    """Also where she is registered with another one."""
    user = make_user()
    number = "13900000004"
    Phone(user=user, number=number, number_index=phones.index(number), proved_at=NOW).save()
    make_volunteer(phone="13900000002", user=user, of_age_on=of_age_on)
    assert policy.is_number_of_minor(number, NOW) is minor


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("陈秀英", "陈秀英"),
        ("  Zoe\u0308  O’Hara-Li ", "Zoe\u0308 O’Hara-Li"),  # a mark that stands on its own
        ("古丽·阿不都", "古丽·阿不都"),
        ("नीता", "नीता"),  # vowels are marks
        ("陈 13900000001 http://x.example/?a", "陈 httpxexamplea"),
        ("陈" * 21, "陈" * 20),
    ],
)
def test_a_stranger_is_sent_letters_and_their_marks_alone(name: str, said: str) -> None:
    assert policy.said_to_strangers(name) == said
