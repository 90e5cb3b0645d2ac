"""同事: a coordinator hands on her own role and no greater one, and takes none of those away."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from backend.common.clock import now
from backend.organisations.models import Invitation, Membership, Organisation
from backend.organisations.operations import invite
from tests.factories import make_coordinator, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def village() -> Organisation:
    city = make_organisation()
    county = make_organisation(parent=city)
    return make_organisation(parent=make_organisation(parent=county))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("role", ["operator", "officer"])
def test_a_village_coordinator_cannot_invite_to_a_greater_role(
    village: Organisation, role: str
) -> None:
    desk = signed_in(make_coordinator(organisation=village))
    values = {"organisation": village.pk, "role": role, "name": "林静", "phone": "13800138000"}
    page = desk.post(reverse("team"), values)
    assert page.status_code == 422 and Invitation.objects.count() == 0
    assert f'value="{role}"' not in desk.get(reverse("team")).content.decode()


@pytest.mark.parametrize("role", ["operator", "officer"])
def test_nor_take_such_a_role_away(village: Organisation, role: str) -> None:
    desk = signed_in(make_coordinator(organisation=village))
    other = make_coordinator(organisation=village, role=role, name="她").memberships.get()
    address = reverse("end_membership", args=[other.pk])
    assert address not in desk.get(reverse("team")).content.decode()
    assert desk.post(address).status_code == 403
    assert Membership.objects.filter(pk=other.pk).exists()


def test_nor_take_an_operators_invitation_back(village: Organisation) -> None:
    desk = signed_in(make_coordinator(organisation=village))
    operator = make_coordinator(organisation=village, role="operator")
    row = invite(
        organisation=village,
        role="operator",
        name="林静",
        phone="13800138000",
        actor=operator,
        now=now(),
    )
    address = reverse("take_back_invitation", args=[row.pk])
    assert address not in desk.get(reverse("team")).content.decode()
    assert desk.post(address).status_code == 403
    row.refresh_from_db()
    assert row.taken_back_at is None
    assert signed_in(operator).post(address).status_code == 303


def test_two_villages_of_one_name_are_told_apart(client: Client) -> None:
    city = make_organisation(name="市妇联")
    county = make_organisation(parent=city, name="区妇联")
    for street in ("甲街道妇联", "乙街道妇联"):
        above = make_organisation(parent=county, name=street)
        make_organisation(parent=above, name="双龙村妇联")
    client.force_login(make_coordinator(organisation=county))
    page = client.get(reverse("team")).content.decode()
    assert "双龙村妇联（甲街道妇联）" in page and "双龙村妇联（乙街道妇联）" in page
