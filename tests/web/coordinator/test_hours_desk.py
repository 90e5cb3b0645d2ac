"""The desk where hours are confirmed has whatever its reader may confirm, and nothing else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from backend.common import clock
from backend.organisations.models import Organisation
from backend.records.operations import ask_back_entry, note_away, object_to
from tests.factories import (
    make_assignment,
    make_coordinator,
    make_division,
    make_organisation,
    make_rota,
    make_session,
    make_user,
    make_volunteer,
)
from tests.records.scene import BEGINS, LATER

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)


def counts(client: Client, organisation: Organisation) -> tuple[int, int, int]:
    """Sessions, objections and entries that wait for its coordinator."""
    client.force_login(make_coordinator(organisation=organisation))
    shown = client.get(reverse("coordinator:hours")).context
    return shown["total"], len(shown["objections"]), len(shown["entries"])


def test_a_county_confirms_what_lies_in_it_of_the_citys_rota(client: Client) -> None:
    city = make_organisation()
    here, there = (
        make_organisation(parent=city, division=make_division(code=code))
        for code in ("350102", "350103")
    )
    helping = make_organisation()
    session = make_session(
        rota=make_rota(organisation=city),
        starts_at=BEGINS,
        county_code="350102",
        shifts=[("helper", 1, 3)],
    )
    session.organisers.add(helping)
    parts = [
        make_assignment(volunteer=make_volunteer(organisation=here), shift=session.shifts.get())
        for _ in range(3)
    ]
    one = {"actor": make_user(), "now": LATER}
    note_away(assignment_id=parts[0].pk, excused=False, reason="", **one)
    object_to(assignment_id=parts[0].pk, text="我在", **one)
    ask_back_entry(assignment_id=parts[1].pk, minutes=60, reason="忘了签", **one)
    shown = [counts(client, organisation) for organisation in (city, here, there, helping)]
    assert shown == [(1, 1, 1), (1, 1, 1), (0, 0, 0), (1, 1, 1)]
