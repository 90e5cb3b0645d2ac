"""Whatever a factory makes obeys the constraints and keeps the counters, so that tests start from a
possible world."""

from __future__ import annotations

import pytest

from tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_session_counts_who_is_assigned_offered_and_seated() -> None:
    session = make.make_session(shifts=[("lead", 1, 1), ("assistant", 1, 2)], seats=(1, 6, 5))
    lead, assistant = session.shifts.order_by("pk")
    make.make_assignment(volunteer=make.make_volunteer(), shift=lead)
    make.make_offer(volunteer=make.make_volunteer(), shift=assistant)
    make.make_booking(family=make.make_family(children=["2025-01", "2023-06"]), session=session)
    for row in (session, lead, assistant):
        row.refresh_from_db()
    assert (lead.taken, lead.held, assistant.taken, assistant.held) == (1, 0, 0, 1)
    assert (session.staff, session.seats_taken) == (2, 2)


def test_a_volunteer_holds_a_vetting_or_a_certificate_by_the_kind() -> None:
    volunteer = make.make_volunteer(qualifications={"child_clearance": None, "beibei_lead": None})
    assert volunteer.vettings.get().result == "clear"
    assert volunteer.credentials.get().kind.code == "beibei_lead"


def test_an_organisation_knows_its_path() -> None:
    city = make.make_organisation()
    county = make.make_organisation(parent=city)
    assert (county.level, county.path) == (2, f"{city.pk}.{county.pk}.")


def test_an_open_ended_session_and_a_coordinator() -> None:
    session = make.make_session(starts_at=None, venue=None)
    assert session.open_ended and session.venue is None
    user = make.make_coordinator(organisation=session.rota.organisation)
    assert user.memberships.get().role == "coordinator"
