"""What may stand in a project's book, at both sides of every edge."""

from __future__ import annotations

from datetime import date

import pytest

from backend.projects import policy
from backend.projects.models import Money, Project

TODAY = date(2026, 12, 5)


def test_what_each_purse_is() -> None:
    purse = Money.Purse
    comes = {purse.FISCAL, purse.WELFARE, purse.FOUNDATION, purse.COMPANY, purse.PUBLIC, purse.OWN}
    assert {one for one in purse if policy.is_incoming(one)} == comes


def test_every_purse_is_of_money_that_comes_or_of_money_that_goes() -> None:
    assert set(policy.INCOMING) | set(policy.OUTGOING) == set(Money.Purse)
    assert set(policy.INCOMING) & set(policy.OUTGOING) == set()
    assert [policy.is_incoming(purse) for purse in Money.Purse] == [
        purse in policy.INCOMING for purse in Money.Purse
    ]
    assert policy.is_incoming(Money.Purse.FISCAL) is True
    assert (policy.MOST_FEN, policy.MOST_PEOPLE) == (10**13, 10**8)


@pytest.mark.parametrize(
    ("on", "why"),
    [
        (date(2026, 2, 28), "before"),
        (date(2026, 3, 1), ""),
        (TODAY, ""),
        (date(2026, 12, 6), "future"),
    ],
)
def test_a_day_lies_in_the_project_and_not_ahead(on: date, why: str) -> None:
    assert policy.wrong_day(Project(starts_on=date(2026, 3, 1)), on, TODAY) == why


@pytest.mark.parametrize(
    ("on", "why"),
    [
        (date(2027, 2, 28), "before"),
        (date(2027, 3, 1), "future"),
        (date(2027, 3, 2), "future"),
    ],
)
def test_nothing_is_entered_of_a_project_to_come_not_even_its_first_day(on: date, why: str) -> None:
    assert policy.wrong_day(Project(starts_on=date(2027, 3, 1)), on, TODAY) == why


@pytest.mark.parametrize(
    ("times", "people", "why"),
    [
        (0, None, "none"),
        (1, None, ""),
        (1, 0, "none"),
        (1, 1, ""),
        (2, 1, ""),
        (1, 2, "more"),
        (10**8, None, ""),
        (10**8 + 1, None, "many"),
    ],
)
def test_somebody_came_not_too_many_and_not_more_people_than_times(
    times: int, people: int | None, why: str
) -> None:
    assert policy.wrong_people(times, people) == why
