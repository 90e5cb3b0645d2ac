"""A role is not wanted any more, or for fewer people: the last who came go, and everybody who goes
is told why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backend.rota.agreed import Agreed
from backend.rota.models import Assignment, Notice, Offer, Session, Shift
from backend.rota.operations import (
    SessionNotOpen,
    ShiftFull,
    Touched,
    claim_shift,
    make_offers,
    withdraw_assignment,
)
from backend.rota.snapshot import problem_of
from backend.volunteers.models import Volunteer
from tests.factories import NOW, make_assignment, make_offer, make_session, make_volunteer
from tests.rota.test_asked_again import LATER, change

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> Session:
    return make_session(shifts=[("lead", 1, 4), ("helper", 0, 2)])


def lead(session: Session) -> Shift:
    return session.shifts.get(role__code="lead")


def heads(session: Session, **wanted: int) -> list[tuple[int, int, int]]:
    """The head-counts of the session with those of some roles changed; 0 is a role that goes."""
    wished = session.shifts.filter(target__gt=0)
    now = {h.role.code: (h.role_id, h.minimum, h.target) for h in wished}
    for code, high in wanted.items():
        role, low, _ = now.pop(code)
        if high:
            now[code] = (role, min(low, high), high)
    return list(now.values())


def said_yes(session: Session, hours_ago: int, **fields: Any) -> Volunteer:
    her = make_volunteer()
    row = make_assignment(volunteer=her, shift=lead(session), **fields)
    Assignment.objects.filter(pk=row.pk).update(made_at=NOW - timedelta(hours=hours_ago))
    return her


def outcomes(touched: list[Touched]) -> dict[int, tuple[str, bool, list[Any]]]:
    return {
        one.volunteer: (one.outcome, one.promised, [r["rule"] for r in one.broken])
        for one in touched
    }


def test_the_last_who_said_yes_goes_first_and_who_is_asked_before_her(session: Session) -> None:
    late = said_yes(session, 1)
    early = said_yes(session, 9)
    asked = make_volunteer()
    make_offer(volunteer=asked, shift=lead(session))
    touched = outcomes(change(session, shifts=heads(session, lead=2)))
    assert touched == {asked.pk: ("let_go", False, ["fewer_places"])}
    touched = outcomes(change(session, shifts=heads(session, lead=1)))
    assert touched == {late.pk: ("let_go", True, ["fewer_places"])}
    assert Assignment.objects.get(state="active").volunteer == early
    assert Notice.objects.get(volunteer=late).broken[0]["places"] == 1
    assert (lead(session).taken, lead(session).held, lead(session).target) == (1, 0, 1)
    session.refresh_from_db()
    assert session.staff == 1


def test_a_promise_that_is_asked_about_again_counts_from_when_it_was_made(session: Session) -> None:
    early = said_yes(session, 9)
    change(session, **LATER)
    late = make_volunteer()
    make_assignment(volunteer=late, shift=lead(session))
    touched = outcomes(change(session, shifts=heads(session, lead=1)))
    assert touched == {late.pk: ("let_go", True, ["fewer_places"])}
    assert Offer.objects.get(state="pending").volunteer == early


def test_a_role_that_is_not_wanted_any_more_lets_everybody_in_it_go(session: Session) -> None:
    has = said_yes(session, 2)
    asked = make_volunteer()
    make_offer(volunteer=asked, shift=lead(session))
    touched = outcomes(change(session, shifts=heads(session, lead=0)))
    assert touched == {
        has.pk: ("let_go", True, ["role_gone"]),
        asked.pk: ("let_go", False, ["role_gone"]),
    }
    kinds = Notice.objects.values_list("volunteer", "kind", "promised")
    assert set(kinds) == {(has.pk, "let_go", True), (asked.pk, "let_go", False)}
    assert (lead(session).minimum, lead(session).target) == (0, 0)
    session.refresh_from_db()
    assert session.staff == 0


def test_what_people_said_in_a_role_that_goes_is_kept_and_nobody_is_put_there(
    session: Session,
) -> None:
    her = said_yes(session, 2)
    taken = Assignment.objects.get(volunteer=her)
    withdraw_assignment(assignment_id=taken.pk, actor=None, now=NOW)
    change(session, shifts=heads(session, lead=0))
    shift = lead(session)
    assert Assignment.objects.get().state == "withdrawn"
    problem = problem_of(session.rota, now=NOW)
    assert problem.shift_of[f"h{shift.pk}"][1].target == 0
    with pytest.raises((ShiftFull, SessionNotOpen)):
        claim_shift(volunteer_id=make_volunteer().pk, shift_id=shift.pk, actor=None, now=NOW)
    change(session, shifts=[*heads(session), (shift.role_id, 1, 2)])
    assert lead(session).pk == shift.pk


def test_a_role_in_which_nobody_ever_was_is_gone(session: Session) -> None:
    assert change(session, shifts=heads(session, helper=0)) == []
    assert [shift.role.code for shift in session.shifts.all()] == ["lead"]


def test_who_was_let_go_may_be_asked_again(session: Session) -> None:
    her = said_yes(session, 2)
    change(session, shifts=heads(session, lead=0))
    helper = session.shifts.get(role__code="helper")
    make_offers(pairs=[(her.pk, helper.pk)], actor=None, now=NOW)
    assert Offer.objects.get().shift == helper


def test_fewer_places_at_another_time_let_some_go_and_ask_the_others(session: Session) -> None:
    late = said_yes(session, 1)
    early = said_yes(session, 9)
    known = Agreed.of(session)
    touched = outcomes(change(session, shifts=heads(session, lead=1), **LATER))
    assert touched == {
        late.pk: ("let_go", True, ["fewer_places"]),
        early.pk: ("asked", True, []),
    }
    assert Agreed.from_json(Notice.objects.get().before) == known
