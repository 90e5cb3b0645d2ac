"""How often somebody has served is one number wherever her coordinator reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from backend.common import clock
from backend.rota.models import Assignment
from backend.rota.queries import with_services
from backend.volunteers.models import Volunteer
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_organisation,
    make_session,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


def serve(
    volunteer: Volunteer,
    hours_ago: float,
    said: bool | None,
    hers: str = "active",
    **fields: object,
) -> None:
    """She had a place in an hour of that many hours ago; `said`: whether she was there."""
    session = make_session(starts_at=NOW - timedelta(hours=hours_ago), **fields)
    row = make_assignment(volunteer=volunteer, shift=session.shifts.get(), state=hers)
    Assignment.objects.filter(pk=row.pk).update(attended=said)


def test_what_is_over_counts_beside_what_she_came_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    organisation = make_organisation()
    her = make_volunteer(organisation=organisation, services_before=3)
    new = make_volunteer(organisation=organisation)
    serve(her, 50, True, "done", state="done")
    serve(her, 1, True)  # over this very minute
    serve(her, 8, False)  # she was not there
    serve(her, 12, None)  # nobody has said
    serve(new, 0.5, None)  # under way
    serve(her, -24, None)
    serve(her, 100, None, "withdrawn")
    serve(her, 150, None, "released", state="cancelled")
    open_ended = make_session(starts_at=None)
    make_assignment(volunteer=her, shift=open_ended.shifts.get(), state="done")
    served = dict(with_services(Volunteer.objects.all()).values_list("pk", "served"))
    assert served == {her.pk: 5, new.pk: 0}
    client = Client()
    client.force_login(make_coordinator(organisation=organisation))
    listed = client.get("/c/volunteers/").content.decode()
    assert "<td data-number>5</td>" in listed and "<td data-number>0</td>" in listed
    page = " ".join(client.get(f"/c/volunteers/{her.pk}/").content.decode().split())
    assert "<dt>服务过</dt> <dd>5 次" in page
