"""The database as a problem: what an engineer would get wrong."""
from __future__ import annotations

import pytest

from backend.rota.models import Rota
from backend.rota.snapshot import problem_of
from matching.check import check
from matching.plan import Plan
from matching.problem import DAY, Problem
from tests.factories import (
    NOW,
    make_family,
    make_organisation,
    make_programme,
    make_request,
    make_rota,
    make_session,
    make_volunteer,
)  # fmt: skip

pytestmark = pytest.mark.django_db
WEEKDAY = 24 * 60


def whole(rota: Rota, **more) -> Problem:
    return problem_of(Rota.objects.select_related("organisation").get(pk=rota.pk), now=NOW, **more)


def test_a_whole_rota_is_a_problem() -> None:
    organisation = make_organisation()
    rota = make_rota(organisation=organisation)
    beibei = make_programme(roles={"lead": ["beibei_lead", "child_clearance"]})
    session = make_session(rota=rota, programme=beibei, seats=(1, 6, 5), months=(6, 24))
    her = make_volunteer(organisation=organisation, qualifications={"beibei_lead": None, "child_clearance": None})
    make_request(family=make_family(), programme=beibei)
    problem = whole(rota)
    assert Problem.from_json(problem.to_json()).to_json() == problem.to_json()
    shift = problem.sessions[0].shifts[0]
    assert (problem.sessions[0].id, shift.requires) == (f"s{session.pk}", ("beibei_lead", "child_clearance"))
    assert problem.sessions[0].start == 5 * DAY + 9 * 60 + 30
    plan = Plan(((f"v{her.pk}", shift.id),), ((problem.requests[0].id, f"s{session.pk}"),))
    assert check(problem, plan).violations == ()
