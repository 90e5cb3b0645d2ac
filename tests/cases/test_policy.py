"""Who is barred from a case, what it keeps and how long: values on both sides of a bound."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backend.cases.models import CareCase
from backend.cases.policy import (
    BACK,
    CASE_KEPT,
    LEFT_OPEN,
    SomebodyKnown,
    is_over_long,
    may_be_told,
    sides_of,
    why_barred,
)
from backend.cases.states import CaseKind
from tests.factories import NOW

HER = SomebodyKnown("林甲", "13900139001", "350102001009")
SHORTLY = timedelta(seconds=1)


def somebody(name: str = "邱乙", phone: str = "13900139002", village: str = "") -> SomebodyKnown:
    return SomebodyKnown(name, phone, village)


@pytest.mark.parametrize("kind", CaseKind.values)
def test_a_case_of_care_has_one_side_and_every_other_two(kind: str) -> None:
    assert sides_of(kind) == (1 if kind == "care" else 2)


@pytest.mark.parametrize(
    ("other", "one"),
    [
        (somebody(), False),
        (somebody(phone="13900139001"), True),  # under another name
        (somebody(name="林甲"), False),  # a namesake with a telephone of her own
        (somebody(name="林甲", phone=""), True),
        (somebody(phone=""), False),
    ],
)
def test_two_are_one_by_telephone_or_else_by_name(other: SomebodyKnown, one: bool) -> None:
    assert HER.is_one_with(other) is one
    assert other.is_one_with(HER) is one


def test_nobody_is_one_with_somebody_of_no_name() -> None:
    nobody = SomebodyKnown("", "", "")
    assert not nobody.is_one_with(nobody)
    assert not nobody.is_neighbour_of(nobody)


@pytest.mark.parametrize(
    ("village", "neighbours"), [("350102001009", True), ("350102001010", False), ("", False)]
)
def test_neighbours_are_of_one_village(village: str, neighbours: bool) -> None:
    assert HER.is_neighbour_of(somebody(village=village)) is neighbours


KNOWN = somebody("陈丙", "13900139003")


@pytest.mark.parametrize(
    ("parties", "of_her_others", "why"),
    [
        ([], [], ""),
        ([somebody()], [], ""),
        ([somebody(), HER], [], "party"),
        ([somebody(), somebody(village=HER.village)], [], "village"),
        ([somebody(), KNOWN], [somebody("高丁", "13900139004"), KNOWN], "other"),
        ([somebody()], [KNOWN], ""),
        ([HER], [HER], "party"),
    ],
)
def test_who_is_barred_and_why(
    parties: list[SomebodyKnown], of_her_others: list[SomebodyKnown], why: str
) -> None:
    assert why_barred(HER, parties, of_her_others) == why


@pytest.mark.parametrize(
    ("began_at", "told"),
    [
        (NOW, True),
        (NOW + SHORTLY, False),
        (NOW - BACK, True),
        (NOW - BACK - SHORTLY, False),
    ],
)
def test_a_meeting_is_told_of_when_it_has_begun_and_for_a_month(
    began_at: datetime, told: bool
) -> None:
    assert may_be_told(NOW - 2 * BACK, began_at, NOW) is told


def test_no_meeting_before_she_worked_on_it_is_told_of() -> None:
    since = NOW - timedelta(days=3)
    assert may_be_told(since, since, NOW)
    assert not may_be_told(since, since - SHORTLY, NOW)


@pytest.mark.parametrize(
    ("opened", "closed", "over"),
    [
        (CASE_KEPT, None, False),
        (LEFT_OPEN - SHORTLY, None, False),
        (LEFT_OPEN, None, True),
        (LEFT_OPEN, CASE_KEPT - SHORTLY, False),  # closed late, kept from then on
        (LEFT_OPEN, CASE_KEPT, True),
    ],
)
def test_what_is_sealed_is_kept_for_its_days(
    opened: timedelta, closed: timedelta | None, over: bool
) -> None:
    case = CareCase(opened_at=NOW - opened, closed_at=None if closed is None else NOW - closed)
    assert is_over_long(case, NOW) is over
