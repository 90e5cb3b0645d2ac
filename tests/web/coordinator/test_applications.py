"""Who waits for a coordinator's word: whatever their number, as many statements."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backend.organisations.models import Organisation
from backend.volunteers.models import Application
from tests.factories import NOW, make_coordinator, make_number_question, make_organisation
from tests.factories import make_volunteer as volunteer

pytestmark = pytest.mark.django_db


def waits(here: Organisation, number: str) -> None:
    """Somebody applied whose number stands in the register, and somebody's number is asked
    about."""
    volunteer(phone=number, organisation=here, name="林雪梅")
    new = volunteer(phone=number, organisation=here, state="applied", with_user=True)
    Application.objects.create(volunteer=new, made_at=NOW)
    make_number_question(organisation=here)


def statements(client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("coordinator:applications")).content.decode()
    assert "林雪梅" in page and "自称" in page
    return len(asked)


def test_three_who_wait_cost_as_much_as_one(client: Client) -> None:
    here = make_organisation()
    client.force_login(make_coordinator(organisation=here))
    waits(here, "13800138000")
    statements(client)  # what a process reads once
    one = statements(client)
    waits(here, "13800138001")
    waits(here, "13800138002")
    assert statements(client) == one
