"""A membership reaches its organisation and everything below it, and no further."""

from __future__ import annotations

import pytest
from django.db.models import Q

from backend.organisations import policy
from backend.organisations.models import Membership, Organisation
from tests.factories import NOW

CITY, COUNTY, OTHER = (Organisation(path=path) for path in ("1.", "1.14.", "1.15."))


def test_what_lies_under_it_is_covered_and_what_lies_beside_it_is_not() -> None:
    assert policy.covers(CITY, COUNTY) is policy.covers(COUNTY, COUNTY) is True
    assert policy.covers(COUNTY, CITY) is policy.covers(COUNTY, OTHER) is False


@pytest.mark.parametrize(
    ("role", "at", "may"),
    [
        ("coordinator", CITY, True),
        ("coordinator", COUNTY, True),
        ("coordinator", OTHER, False),
        ("viewer", CITY, False),
        ("officer", CITY, False),
    ],
)
def test_who_coordinates_here_or_above_may_change(role: str, at: Organisation, may: bool) -> None:
    held = [Membership(role="viewer", organisation=CITY), Membership(role=role, organisation=at)]
    assert policy.may_coordinate(held, COUNTY) is may
    assert policy.may_coordinate([], COUNTY) is False


@pytest.mark.parametrize(
    ("role", "at", "given"),
    [
        ("coordinator", CITY, {"coordinator", "viewer"}),
        ("coordinator", COUNTY, {"coordinator", "viewer"}),
        ("coordinator", OTHER, set()),
        ("viewer", CITY, set()),
        ("officer", CITY, set()),
        ("operator", CITY, set(Membership.Role)),
    ],
)
def test_nobody_gives_a_greater_role_than_hers_nor_elsewhere(
    role: str, at: Organisation, given: set[str]
) -> None:
    held = [Membership(role="viewer", organisation=CITY), Membership(role=role, organisation=at)]
    assert policy.roles_given(held, COUNTY) == given


@pytest.mark.parametrize(
    ("division", "level", "area", "streets"),
    [
        (None, 1, "", ""),
        ("350102", 2, "350102", "350102"),
        ("350102001", 3, "350102001", "350102001"),
        ("350102001001", 4, "350102001001", "350102001"),
        (None, 2, None, ""),
    ],
)
def test_where_it_works_and_whose_wishes_its_rotas_serve(
    division: str | None, level: int, area: str | None, streets: str
) -> None:
    row = Organisation(division_id=division, level=level)
    assert policy.area_of(division, level) == area
    assert policy.streets_served(row) == streets


def test_an_invitation_is_open_that_nobody_ended_and_whose_time_is_ahead() -> None:
    asked = Q(accepted_at=None) & Q(taken_back_at=None) & Q(until__gt=NOW)
    assert set(policy.still_open(NOW).children) == set(asked.children)
