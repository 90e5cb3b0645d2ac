"""What a family is told of the chance of a wish: how such wishes went near it in the last weeks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.bookings.queries.chances import Chance, chances
from backend.families.models import Family, Request
from backend.families.operations import close_request
from backend.words.wishes import chance_in_words
from tests.factories import (
    NOW,
    make_booking,
    make_division,
    make_family,
    make_programme,
    make_request,
    make_session,
)

pytestmark = pytest.mark.django_db
LONG_AGO = NOW - timedelta(weeks=9)
LATELY = NOW - timedelta(weeks=2)
FEW_WISHED = "最近 8 周，附近来过活动、又有这样心愿的不到 10 家，说不准"


@pytest.fixture
def her() -> Family:
    return make_family()


def wish(her: Family, **fields: object) -> Request:
    """Of a neighbour, for the same programme."""
    programme = fields.pop("programme", None) or make_programme()
    family = fields.pop("family", None) or make_family(street=her.street)
    values = {"created_at": LATELY} | fields
    return make_request(family=family, programme=programme, **values)  # type: ignore[arg-type]


def given(row: Request, *, made_at: object = LATELY, reason: str = "") -> None:
    """A plan found a seat for it."""
    session = make_session(programme=row.programme)
    make_booking(
        session=session, family=row.family, request=row, made_at=made_at, end_reason=reason
    )


def found(her: Family) -> Chance | None:
    return chances(her, NOW).get(make_programme().pk)


def test_those_near_her_that_stood_lately_are_counted_and_those_that_got_a_seat(
    her: Family,
) -> None:
    for n in range(6):
        row = wish(her)
        if n < 4:
            given(row)
    given(row)
    given(row)  # two seats of one wish are one wish
    assert found(her) == Chance(6, 5, 0)


def test_a_seat_of_long_ago_and_one_that_the_plan_took_back_are_none(her: Family) -> None:
    given(wish(her, created_at=LONG_AGO), made_at=LONG_AGO)
    given(wish(her), reason="replanned")
    assert found(her) == Chance(2, 0, 0)


def test_a_wish_that_ended_lately_counts_and_one_that_ended_before_does_not(her: Family) -> None:
    for at in (LONG_AGO, LATELY):
        row = wish(her, created_at=LONG_AGO)
        close_request(family_id=row.family_id, request_id=row.pk, actor=None, now=at)
    assert found(her) == Chance(1, 0, 0)


def test_her_own_new_ones_those_at_home_and_those_far_away_are_not_counted(her: Family) -> None:
    wish(her, family=her)
    wish(her, created_at=NOW - timedelta(days=6))
    wish(her, group="home")
    wish(her, state="paused")
    wish(her, family=make_family(street=make_division(code="350981001")))
    assert found(her) is None


def test_the_many_wishes_of_one_family_count_as_one(her: Family) -> None:
    neighbour = make_family(street=her.street)
    for n in range(3):
        row = wish(her, family=neighbour)
        if n:
            given(row)
    wish(her)
    assert found(her) == Chance(2, 1, 0)


def test_nine_numbers_of_her_own_tell_nothing_of_the_one_other_family(her: Family) -> None:
    """Whoever registers families can make any number of wishes; nobody has seen them anywhere."""
    other = wish(her)
    for state in ("attended", "attended"):
        make_booking(session=make_session(), family=other.family, state=state)
    for state in ("confirmed", "absent", *["cancelled"] * 7):
        make_booking(session=make_session(), family=wish(her).family, state=state)
    chance = chances(her, NOW)[other.programme_id]
    assert chance == Chance(10, 0, 1)
    assert chance_in_words(chance) == FEW_WISHED


def test_one_wish_more_between_two_looks_tells_nothing_by_a_number() -> None:
    told = {chance_in_words(Chance(30, met, 30)) for met in range(31)}
    assert len(told) == 3
    assert not any(sign.isdigit() for said in told for sign in said.replace("8 周", ""))


def test_one_statement_however_many(her: Family, django_assert_num_queries: object) -> None:
    for _ in range(3):
        given(wish(her))
    with django_assert_num_queries(1):  # type: ignore[operator]
        chances(her, NOW)


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (Chance(0, 0, 0), FEW_WISHED),
        (Chance(30, 9, 9), FEW_WISHED),
        (Chance(10, 0, 10), "看附近最近 8 周：不太容易排上"),
        (Chance(12, 3, 10), "看附近最近 8 周：不太容易排上"),
        (Chance(10, 4, 10), "看附近最近 8 周：差不多一半排得上"),
        (Chance(10, 8, 10), "看附近最近 8 周：多半排得上"),
    ],
)
def test_it_is_said_in_words_and_of_few_nothing_is_told(chance: Chance, said: str) -> None:
    assert chance_in_words(chance) == said
