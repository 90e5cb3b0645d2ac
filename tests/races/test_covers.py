"""A place that passes over, at one moment with something else: two take it, or she gives it back
while somebody takes it."""

from __future__ import annotations

from functools import partial

import pytest

from backend.common.refusal import Refusal
from backend.rota.models import Assignment, Cover
from backend.rota.operations import (
    CoverGone,
    ask_cover,
    claim_shift,
    end_covers,
    take_cover,
    withdraw_assignment,
)
from tests import factories as make
from tests.factories import NOW
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def asked(many: int = 2) -> tuple[Assignment, list[int]]:
    """Somebody's place, and the questions to others whether they take it."""
    session = make.make_session()
    place = make.make_assignment(volunteer=make.make_volunteer(), shift=session.shifts.get())
    people = [make.make_volunteer().pk for _ in range(many)]
    cover = ask_cover(
        assignment_id=place.pk, volunteer_ids=people, named=False, actor=None, now=NOW
    )
    return place, list(cover.asks.order_by("pk").values_list("pk", flat=True))


def holders(place: Assignment) -> list[int]:
    rows = Assignment.objects.filter(shift=place.shift_id, state="active")
    assert place.session.shifts.get().taken == len(rows)
    return list(rows.values_list("volunteer", flat=True))


def test_of_two_who_say_yes_at_once_one_has_it() -> None:
    for _ in range(ROUNDS):
        place, asks = asked()
        results = together([partial(take_cover, ask_id=pk, actor=None, now=NOW) for pk in asks])
        taken = [one for one in results if isinstance(one, Assignment)]
        (late,) = [one for one in results if not isinstance(one, Assignment)]
        assert isinstance(late, CoverGone)
        assert late.facts["state"] == "taken"
        assert holders(place) == [one.volunteer_id for one in taken]


def test_she_gives_it_back_while_somebody_takes_it() -> None:
    for _ in range(ROUNDS):
        place, (ask,) = asked(1)
        left, came = together(
            [
                partial(withdraw_assignment, assignment_id=place.pk, actor=None, now=NOW),
                partial(take_cover, ask_id=ask, actor=None, now=NOW),
            ]
        )
        assert isinstance(left, Assignment)  # it was given back, or had passed over before
        if isinstance(came, Assignment):
            assert holders(place) == [came.volunteer_id]
        else:
            assert isinstance(came, CoverGone)
            assert holders(place) == []
            end_covers(now=NOW)
        assert not Cover.objects.filter(place=place, state="open").exists()


def test_who_takes_something_else_at_once_is_in_one_place() -> None:
    for _ in range(ROUNDS):
        place, (ask,) = asked(1)
        elsewhere = make.make_session(rota=place.session.rota, starts_at=place.session.starts_at)
        her = Cover.objects.get(place=place).asks.get().volunteer_id
        shift = elsewhere.shifts.get().pk
        results = together(
            [
                partial(take_cover, ask_id=ask, actor=None, now=NOW),
                partial(claim_shift, volunteer_id=her, shift_id=shift, actor=None, now=NOW),
            ]
        )
        assert sum(isinstance(one, Assignment) for one in results) == 1
        assert sum(isinstance(one, Refusal) for one in results) == 1
        assert len(holders(place)) == 1
