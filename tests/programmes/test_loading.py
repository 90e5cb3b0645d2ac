"""Programmes are data: what the files say is what the database holds, and a wrong word stops the
whole programme."""

from __future__ import annotations

import copy

import pytest

from backend.programmes import files
from backend.programmes.models import CredentialKind, Engagement, Programme, Role
from backend.programmes.operations import UnknownWord, load_credential_kinds, load_programme

pytestmark = pytest.mark.django_db


def load_all() -> None:
    load_credential_kinds(kinds=files.credentials())
    for data in files.programmes():
        load_programme(data=data)


def test_the_federations_programmes_are_there() -> None:
    load_all()
    assert set(Programme.objects.values_list("name", flat=True)) == {
        "贝贝老师",
        "姐妹乡伴",
        "茉莉姐姐",
        "小桔灯",
        "家庭教育大讲堂",
    }
    lead = Role.objects.get(programme__code="beibei", code="lead")
    assert set(lead.requires.values_list("code", flat=True)) == {"beibei_lead", "child_clearance"}
    assert set(Engagement.objects.filter(minutes=None).values_list("name", flat=True)) == {
        "结对",
        "个案调解",
    }
    assert CredentialKind.objects.get(is_vetting=True).code == "child_clearance"


def test_every_role_with_children_asks_for_the_vetting() -> None:
    load_all()
    for role in Role.objects.filter(programme__privacy="child"):
        assert role.requires.filter(is_vetting=True).exists(), role.code


def test_a_second_load_renews_and_keeps_what_an_admin_added() -> None:
    load_all()
    beibei = Programme.objects.get(code="beibei")
    Role.objects.create(programme=beibei, code="photographer", name="摄影")
    Programme.objects.filter(pk=beibei.pk).update(name="旧名")
    counts = [model.objects.count() for model in (Programme, Role, Engagement, CredentialKind)]
    load_all()
    assert [
        model.objects.count() for model in (Programme, Role, Engagement, CredentialKind)
    ] == counts
    assert Programme.objects.get(code="beibei").name == "贝贝老师"


def test_an_unknown_credential_or_role_leaves_nothing_behind() -> None:
    load_credential_kinds(kinds=files.credentials())
    data = copy.deepcopy(files.programmes()[0])
    data["roles"][0]["requires"] = ["licence_to_fly"]
    with pytest.raises(UnknownWord, match="licence_to_fly"):
        load_programme(data=data)
    data = copy.deepcopy(files.programmes()[0])
    data["engagements"][0]["staffing"][0]["role"] = "pilot"
    with pytest.raises(UnknownWord, match="pilot"):
        load_programme(data=data)
    assert not Programme.objects.exists() and not Role.objects.exists()
