"""签到表 and 排班表 on paper."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Access
from backend.exchange.reading import read_sheet
from tests.factories import (
    at,
    make_assignment,
    make_coordinator,
    make_rota,
    make_session,
    make_volunteer,
)
from tests.plans import statements_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("many", [1, 3])
def test_a_sign_in_sheet_names_who_is_to_be_there_with_the_ends_of_her_telephone(
    client: Client, many: int
) -> None:
    rota = make_rota()
    session = make_session(rota=rota, starts_at=at("2026-12-05 09:30"), shifts=[("lead", 1, 3)])
    for number in range(many):
        her = make_volunteer(name=f"陈晓{number}", phone=f"1380013800{number}")
        make_assignment(volunteer=her, shift=session.shifts.get())
    client.force_login(make_coordinator(organisation=rota.organisation))
    address = reverse("coordinator:sign_in_sheet", args=[session.pk])
    shown = client.get(address).content.decode()
    assert ("陈晓0" in shown, "138****8000" in shown, "13800138000" in shown) == (
        True,
        True,
        False,
    )
    lines = list(read_sheet(client.get(f"{address}?as=xlsx").content).lines())
    assert len(lines) == many + 1
    assert Access.objects.filter(action="export", subject=f"session:{session.pk}").exists()
    assert len(statements_of(client, address)) == 9


@pytest.mark.parametrize("many", [1, 3])
def test_a_week_of_a_rota_shows_its_sessions_with_their_people(client: Client, many: int) -> None:
    rota = make_rota()
    for number in range(many):
        session = make_session(rota=rota, starts_at=at(f"2026-12-0{number + 1} 09:30"))
        her = make_volunteer(name=f"苏红{number}")
        make_assignment(volunteer=her, shift=session.shifts.get())
    make_session(rota=rota, starts_at=at("2026-12-05 09:30"), state="cancelled", title="不办了")
    client.force_login(make_coordinator(organisation=rota.organisation))
    address = reverse("coordinator:rota_sheet", args=[rota.pk]) + "?week=2026-12-01"
    shown = client.get(address).content.decode()
    assert [f"苏红{number}" in shown for number in range(3)] == [n < many for n in range(3)]
    assert "不办了" not in shown
    lines = list(read_sheet(client.get(f"{address}&as=xlsx").content).lines())
    assert len(lines) == many + 1
    assert len(statements_of(client, address)) == 9
