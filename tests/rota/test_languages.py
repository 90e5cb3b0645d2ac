"""What volunteers speak and families would like reaches the plan."""

from __future__ import annotations

import pytest

from backend.families.operations import change_family
from backend.rota.snapshot import problem_of
from backend.volunteers.operations import say_languages
from matching import Plan, violations_of
from tests.factories import (
    NOW,
    make_booking,
    make_family,
    make_organisation,
    make_request,
    make_rota,
    make_session,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


def test_a_family_with_a_seat_is_thought_of_and_who_speaks_it_is_cheaper() -> None:
    organisation = make_organisation()
    rota = make_rota(organisation=organisation)
    session = make_session(rota=rota, seats=(0, 10, 10))
    her = make_volunteer(organisation=organisation)
    said = {"volunteer_id": her.pk, "actor": None, "now": NOW}
    say_languages(languages=["fuzhou", "klingon"], **said)  # type: ignore[arg-type]
    family = make_family()
    change_family(family_id=family.pk, language="fuzhou", actor=None, now=NOW)
    make_booking(family=family, session=session)
    problem = problem_of(rota, now=NOW)
    (planned,) = problem.sessions
    assert {
        shift.prefers and dict(shift.prefers).get("speaks_fuzhou") for shift in planned.shifts
    } == {20}
    assert problem.volunteer_of[f"v{her.pk}"].qualifications["speaks_fuzhou"] is None


def test_a_wish_that_needs_it_is_met_only_where_somebody_speaks_it() -> None:
    organisation = make_organisation()
    rota = make_rota(organisation=organisation)
    session = make_session(rota=rota, seats=(0, 10, 10))
    mute, speaker = (make_volunteer(organisation=organisation) for _ in range(2))
    say_languages(volunteer_id=speaker.pk, languages=["sign"], actor=None, now=NOW)
    wish = make_request(family=make_family(), programme=session.programme)
    change_family(
        family_id=wish.family_id, language="sign", language_needed=True, actor=None, now=NOW
    )
    problem = problem_of(rota, now=NOW)
    (request,) = problem.requests
    assert request.needs == ("speaks_sign",)
    shift = problem.sessions[0].shifts[0].id
    seats = ((request.id, problem.sessions[0].id),)

    def lacks(pk: int) -> bool:
        plan = Plan(((f"v{pk}", shift),), seats)
        return "needs" in [v.rule for v in violations_of(problem, plan)]

    assert (lacks(mute.pk), lacks(speaker.pk)) == (True, False)


def test_who_needs_no_language_needs_none_and_nothing_odd_is_kept() -> None:
    family = make_family()
    change_family(
        family_id=family.pk, language="klingon", language_needed=True, actor=None, now=NOW
    )
    family.refresh_from_db()
    assert (family.language, family.language_needed) == ("", False)
