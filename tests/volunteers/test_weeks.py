"""Whose hours hold every other week, or every fourth, is asked and picks in those weeks alone, over
the ends of years too."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from backend import words
from backend.common.clock import local_day, monday_of, now
from backend.rota.models import Session
from backend.rota.operations import claim_shift
from backend.rota.operations.places import AgainstTheRules
from backend.rota.snapshot import problem_of
from backend.volunteers.free_time import is_her_week
from backend.volunteers.models import Volunteer
from backend.volunteers.operations import WeeksRefused, choose_weeks
from backend.words.free_time import weeks_in_words, weeks_of
from tests.factories import NOW, at, make_rota, make_session, make_volunteer

MONDAY = date(2026, 11, 30)


def every(her: Volunteer, weeks: int, first: date | None) -> None:
    choose_weeks(volunteer_id=her.pk, every=weeks, first=first, actor=None, now=NOW)
    her.refresh_from_db()


@pytest.mark.parametrize(
    ("day", "comes"),
    [
        (date(2026, 11, 30), True),
        (date(2026, 12, 6), True),  # the Sunday of her week
        (date(2026, 12, 7), False),
        (date(2026, 12, 28), True),  # ISO week 53
        (date(2027, 1, 3), True),  # its Sunday, in the next year
        (date(2027, 1, 4), False),
        (date(2027, 1, 11), True),
        (date(2026, 11, 22), True),  # before the week that it is counted from
        (date(2026, 11, 23), False),
        (date(2026, 11, 16), True),
    ],
)
def test_every_other_week_is_counted_in_weeks_and_not_in_numbers(day: date, comes: bool) -> None:
    assert is_her_week(day, 2, MONDAY) is comes


def test_every_week_needs_no_beginning_and_every_fourth_leaves_three_out() -> None:
    assert is_her_week(date(2026, 12, 7), 1, None)
    weeks = [is_her_week(MONDAY + timedelta(weeks=n), 4, MONDAY) for n in range(-4, 5)]
    assert [n for n, hers in zip(range(-4, 5), weeks, strict=True) if hers] == [-4, 0, 4]


@pytest.mark.django_db
def test_any_day_names_its_week_and_what_is_none_is_refused() -> None:
    her = make_volunteer()
    every(her, 2, date(2026, 12, 3))
    assert (her.every_weeks, her.weeks_from) == (2, MONDAY)
    every(her, 1, date(2026, 12, 3))
    assert (her.every_weeks, her.weeks_from) == (1, None)
    for weeks, first in ((3, MONDAY), (0, MONDAY), (2, None)):
        with pytest.raises(WeeksRefused):
            every(her, weeks, first)


@pytest.mark.django_db
def test_she_picks_in_her_weeks_alone_and_reads_why_not_in_others() -> None:
    her = make_volunteer()
    every(her, 2, MONDAY)
    rota = make_rota(starts_on=MONDAY, weeks=6)
    mine = make_session(rota=rota, starts_at=at("2027-01-02 10:00"))
    other = make_session(rota=rota, starts_at=at("2027-01-05 10:00"))
    claim(her, mine)
    with pytest.raises(AgainstTheRules) as refused:
        claim(her, other)
    with override("zh-hans"):
        assert words.refused(refused.value) == "这一周不是你来的那一周，可以到「我的」里改"


def claim(her: Volunteer, session: Session) -> None:
    shift = session.shifts.get()
    claim_shift(volunteer_id=her.pk, shift_id=shift.pk, actor=None, now=NOW)


@pytest.mark.django_db
def test_a_plan_holds_her_hours_of_her_weeks_alone() -> None:
    rota = make_rota(starts_on=MONDAY, weeks=4, state="draft")
    make_session(rota=rota, starts_at=at("2026-12-05 10:00"))
    her = make_volunteer(organisation=rota.organisation, available=[(5, 600, 720)])
    every(her, 2, MONDAY + timedelta(weeks=1))
    (person,) = problem_of(rota, now=NOW).volunteers
    days = [start // 1440 for start, _end in person.available]
    assert days == [12, 26]


@pytest.mark.django_db
def test_her_page_offers_the_weeks_by_their_mondays_and_keeps_what_she_chose(
    client: Client,
) -> None:
    her = make_volunteer(with_user=True)
    assert her.user is not None
    client.force_login(her.user)
    next_week = monday_of(local_day(now())) + timedelta(weeks=1)
    value = f"2:{next_week:%Y-%m-%d}"
    assert f'value="{value}"' in client.get(reverse("volunteer:me")).content.decode()
    client.post(reverse("volunteer:availability"), {"free": ["5-am"], "weeks": value})
    her.refresh_from_db()
    assert (her.every_weeks, her.weeks_from) == (2, next_week)
    client.post(reverse("volunteer:availability"), {"free": ["5-am"]})  # a page of before
    her.refresh_from_db()
    assert her.every_weeks == 2


def test_the_choice_that_is_hers_is_the_one_that_is_marked() -> None:
    her = Volunteer(every_weeks=2, weeks_from=date(2026, 11, 16))
    chosen = [value for value, _words, is_so in weeks_of(her, date(2026, 12, 8)) if is_so]
    assert chosen == ["2:2026-12-14"]
    with override("zh-hans"):
        said = weeks_in_words(2, date(2026, 11, 16), date(2026, 12, 8))
    assert said == "隔周来，12 月 14 日那周来"
    assert weeks_in_words(1, None, date(2026, 12, 8)) == ""
