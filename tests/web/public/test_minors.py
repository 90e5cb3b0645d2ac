"""Applying under age: on her phone with her guardian, and at the desk that waits for the guardian's
yes."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Code
from backend.accounts.operations import end_guardian_codes, keep_phone
from backend.common.clock import local_day, now
from backend.volunteers.models import GuardianConsent, Volunteer
from backend.volunteers.policy import is_too_young, of_age_on
from tests.factories import make_coordinator, make_division, make_organisation, make_user

pytestmark = pytest.mark.django_db
GUARDIAN = reverse("volunteer:guardian")


@pytest.fixture
def hers(client: Client) -> Client:
    """Somebody of sixteen who has shown her number, in a street with a federation."""
    make_division(code="350102", name="鼓楼区")
    make_organisation(division=make_division())
    user = make_user(name="林一一")
    keep_phone(user=user, number="13800138000", now=now())
    client.force_login(user)
    return client


def applies(client: Client, year: int) -> int:
    values = {
        "name": "林一一",
        "street": make_division().code,
        "year": str(year),
        "month": "1",
        "guardian": "林大一",
        "guardian_phone": "13900000009",
    }
    return client.post(reverse("join_minor"), values).status_code


def says(client: Client, **fields: str) -> str:
    return client.post(GUARDIAN, fields, follow=True).content.decode()


def desk_of(row: Volunteer) -> Client:
    desk = Client()
    desk.force_login(make_coordinator(organisation=row.organisation))
    return desk


def desk_reads(row: Volunteer) -> str:
    return desk_of(row).get(reverse("coordinator:applications")).content.decode()


def desk_says(row: Volunteer) -> str:
    desk = desk_of(row)
    answer = reverse("coordinator:answer_application", args=[row.pk])
    return desk.post(answer, {"answer": "yes"}, follow=True).content.decode()


def test_her_guardian_agrees_by_the_guardians_own_telephone(hers: Client) -> None:
    assert applies(hers, now().year - 16) == 303
    row = Volunteer.objects.get()
    assert "请监护人同意" in hers.get(reverse("volunteer:find")).content.decode()
    assert "监护人还没有同意" in desk_says(row)
    assert "请先问清是不是她的监护人" not in desk_reads(row)
    assert "发到监护人手机上了" in says(hers, do="send")
    code = Code.objects.latest("pk")
    assert code.number == "13900000009"
    assert "验证码不对" in says(hers, code="000000" if code.secret != "000000" else "111111")
    assert "监护人同意了，等妇联确认" in says(hers, code=code.secret)
    assert "请先问清是不是她的监护人" in desk_reads(row)
    assert "可以接班了" in desk_says(row)
    assert "监护人已经同意了" in says(hers, do="send")
    assert "撤回了" in says(hers, do="back")
    row.refresh_from_db()
    assert row.state == "paused"
    me = hers.get(reverse("volunteer:me")).content.decode()
    assert "停了你的排班：监护人撤回了同意" in me
    assert "调度员在" not in me
    assert "没有什么要撤回" in says(hers, do="back")


def test_the_desk_reads_that_a_consent_was_withdrawn(hers: Client) -> None:
    assert applies(hers, now().year - 16) == 303
    row = Volunteer.objects.get()
    assert "监护人还没有同意" in desk_reads(row)
    GuardianConsent.objects.update(given_at=now(), withdrawn_at=now())
    standing = reverse("coordinator:volunteer", args=[row.pk])
    for page in (desk_reads(row), desk_of(row).get(standing).content.decode()):
        assert "监护人撤回了同意" in page and "监护人还没有同意" not in page


def test_the_field_for_the_code_is_there_while_a_code_is_on_its_way(hers: Client) -> None:
    assert applies(hers, now().year - 16) == 303
    assert 'name="code"' not in hers.get(GUARDIAN).content.decode()
    assert 'name="code"' in says(hers, do="send")
    end_guardian_codes(volunteer_id=Volunteer.objects.get().pk, now=now())
    assert 'name="code"' not in hers.get(GUARDIAN).content.decode()


def test_the_years_to_choose_from_are_those_that_can_apply(hers: Client) -> None:
    day = local_day(now())
    page = hers.get(reverse("join_minor")).content.decode()
    shown = {int(year) for year in re.findall(r'<option value="(\d{4})"', page)}
    born = [(day.year - n, month) for n in range(30) for month in range(1, 13)]
    assert shown == {
        year
        for year, month in born
        if not is_too_young(year, month, day) and day < of_age_on(year, month)
    }
    assert {day.year - 15, day.year - 16} <= shown
    assert "不满 14 周岁还不能报名；满 18 周岁的，请直接报名" in page


def test_below_fourteen_she_is_thanked_and_nothing_is_kept(hers: Client) -> None:
    page = hers.get(reverse("join_minor")).content.decode()
    assert "监护人的手机号" in page
    assert applies(hers, now().year - 10) == 422
    assert not Volunteer.objects.exists()
