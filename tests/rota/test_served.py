"""Who has served less comes first in the next plan: services count by the word of two people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.rota.models import Assignment
from backend.rota.snapshot import problem_of
from backend.volunteers.models import Volunteer
from tests.factories import (
    at,
    make_assignment,
    make_organisation,
    make_rota,
    make_session,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
MONDAY = at("2026-11-30 00:00")


def was_there(volunteer: Volunteer, days_before: int, attended: bool | None) -> None:
    """An hour at noon, so many days before the rota's Monday; inside the rota where negative."""
    starts_at = MONDAY - timedelta(days=days_before) + timedelta(hours=12)
    session = make_session(starts_at=starts_at, state="done")
    row = make_assignment(volunteer=volunteer, shift=session.shifts.get(), state="done")
    Assignment.objects.filter(pk=row.pk).update(attended=attended)


def test_services_of_the_half_year_before_count_when_she_was_there() -> None:
    organisation = make_organisation()
    rota = make_rota(organisation=organisation)
    often = make_volunteer(organisation=organisation, services_before=2)
    never = make_volunteer(organisation=organisation)
    make_session(rota=rota)
    was_there(often, 1, True)
    was_there(often, 26 * 7, True)
    was_there(often, 26 * 7 + 1, True)  # longer ago than half a year
    was_there(often, -1, True)  # in the weeks of the plan itself, which counts it
    was_there(never, 2, False)
    was_there(never, 3, None)
    problem = problem_of(rota, now=at("2026-11-28 12:00"))
    load = {person.id: person.load_before for person in problem.volunteers}
    assert load == {f"v{often.pk}": 4, f"v{never.pk}": 0}
