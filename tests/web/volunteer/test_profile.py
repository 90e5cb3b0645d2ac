"""What she tells of herself, what is still missing for a first shift, and a rest that she takes
herself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.common.clock import local_day, now
from backend.places.models import Division
from backend.volunteers.models import VettingCheck, Volunteer
from backend.volunteers.operations import record_vetting
from tests import factories as make
from tests.plans import statements_of

pytestmark = pytest.mark.django_db
FIND = reverse("volunteer:find")
ME = reverse("volunteer:me")
CREDENTIALS = reverse("volunteer:credentials")


@pytest.fixture
def her(client: Client) -> Volunteer:
    row = make.make_volunteer(with_user=True, available=[])
    assert row.user is not None
    client.force_login(row.user)
    return row


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_what_is_missing_for_a_first_shift_is_counted_until_nothing_is(
    client: Client, her: Volunteer
) -> None:
    programme = make.make_programme(roles={"lead": ["beibei_lead"]})
    page = text(client, FIND)
    assert "还差 3 步" in page
    assert all(f'href="{a}"' in page for a in (f"{ME}#free", CREDENTIALS))
    client.post(reverse("volunteer:programmes"), {"programmes": [programme.pk]})
    assert list(her.programmes.all()) == [programme]
    assert "还差 2 步" in text(client, FIND)
    client.post(reverse("volunteer:availability"), {"free": ["5-am"]})
    assert "还差 1 步" in text(client, FIND)
    make.qualify(volunteer=her, code="beibei_lead", until=local_day(now()))
    assert "还差" not in text(client, FIND)


@pytest.mark.parametrize(
    ("result", "days", "missing"),
    [("clear", 0, False), ("clear", -1, True), ("blocked", 9, True), ("pending", 9, True)],
)
def test_a_role_that_wants_a_vetting_is_open_only_while_the_newest_answer_is_clear(
    client: Client, her: Volunteer, result: str, days: int, missing: bool
) -> None:
    her.programmes.add(make.make_programme(roles={"helper": ["child_clearance"]}))
    her.availability.create(weekday=5, start=480, end=720)
    her.vettings.create(
        consent_at=now(),
        requested_at=now(),
        authority="公安",
        result=result,
        valid_until=local_day(now()) + timedelta(days=days),
    )
    assert ("还差 1 步" in text(client, FIND)) == missing


def test_without_hours_the_list_says_so_and_leads_there(client: Client, her: Volunteer) -> None:
    assert "还不知道你什么时候有空" in text(client, FIND)
    her.availability.create(weekday=5, start=480, end=720)
    assert "还不知道你什么时候有空" not in text(client, FIND)


def test_she_chooses_at_least_one_programme(client: Client, her: Volunteer) -> None:
    answer = client.post(reverse("volunteer:programmes"), {})
    assert (answer.status_code, "请至少选一个" in answer.content.decode()) == (422, True)


def test_her_limits_are_hers_to_set_within_what_makes_sense(client: Client, her: Volunteer) -> None:
    address = reverse("volunteer:limits")
    fields = {"max_per_day": 2, "max_per_week": 5, "max_travel": 90}
    assert client.post(address, fields).status_code == 303
    her.refresh_from_db()
    assert (her.max_per_day, her.max_per_week, her.max_travel) == (2, 5, 90)
    answer = client.post(address, fields | {"max_travel": 500})
    assert (answer.status_code, "5 到 180" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("words", ["东街", "dongjie", "djjd"])
def test_a_home_is_found_by_its_name_or_its_letters(
    client: Client, her: Volunteer, words: str
) -> None:
    street = make.make_division(code="350102001", name="东街街道")
    Division.objects.filter(pk=street.pk).update(pinyin="dongjiejiedao", initials="djjd")
    found = client.get(reverse("volunteer:home"), {"q": words}).content.decode()
    assert f'value="{street.code}"' in found


def test_a_village_is_chosen_step_by_step_and_stands_where_its_street_does(
    client: Client, her: Volunteer
) -> None:
    make.make_division(code="350102", name="鼓楼区")
    street = make.make_division(code="350102001", name="东街街道")
    village = Division.objects.create(code="350102001001", name="军门社区", kind="社区")
    home = reverse("volunteer:home")
    assert f"{home}?at=350102" in text(client, home)
    assert f"{home}?at={street.code}" in text(client, f"{home}?at=350102")
    assert f"{home}?at={village.code}" in text(client, f"{home}?at={street.code}")
    client.post(home, {"code": village.code})
    her.refresh_from_db()
    assert (her.street, (her.latitude, her.longitude)) == (village, street.point)
    assert f"{street.name} 军门社区" in text(client, ME)


@pytest.mark.parametrize("code", ["350102", "999999999", "²", ""])
def test_a_county_or_nothing_is_no_home(client: Client, her: Volunteer, code: str) -> None:
    make.make_division(code="350102", name="鼓楼区")
    before = her.street_id
    assert client.post(reverse("volunteer:home"), {"code": code}).status_code == 404
    her.refresh_from_db()
    assert her.street_id == before


@pytest.mark.parametrize("many", [1, 3])
def test_what_is_found_costs_as_much_for_many_as_for_one(
    client: Client, her: Volunteer, many: int
) -> None:
    for n in range(many):
        make.make_division(code=f"35010200{n + 1}", name=f"东街{n}")
    asked = statements_of(client, reverse("volunteer:home") + "?q=东街")
    assert len([sql for sql in asked if "places_division" in sql]) == 4


def test_she_rests_and_comes_back_and_sees_before_what_she_has_promised(
    client: Client, her: Volunteer
) -> None:
    session = make.make_session(rota=make.make_rota(), starts_at=now() + timedelta(days=3))
    make.make_assignment(volunteer=her, shift=session.shifts.get())
    pause = reverse("volunteer:pause")
    assert session.title in text(client, pause)
    client.post(pause)
    her.refresh_from_db()
    assert (her.state, her.assignments.get().state) == ("paused", "active")
    assert "你现在停着" in text(client, FIND) and "还差" not in text(client, FIND)
    client.post(reverse("volunteer:resume"))
    her.refresh_from_db()
    assert her.state == "active"


@pytest.mark.parametrize("state", ["applied", "left"])
def test_who_was_not_taken_on_does_not_make_herself_active(
    client: Client, her: Volunteer, state: str
) -> None:
    Volunteer.objects.update(state=state)
    client.post(reverse("volunteer:pause"))
    client.post(reverse("volunteer:resume"))
    her.refresh_from_db()
    assert her.state == state


def test_she_consents_once_and_the_role_is_open_when_the_answer_is_clear(
    client: Client, her: Volunteer
) -> None:
    make.make_programme(roles={"helper": ["child_clearance"]})
    consent = reverse("volunteer:consent_to_vetting")
    form = f'action="{consent}"'
    assert form in text(client, CREDENTIALS)
    client.post(consent)
    client.post(consent)
    assert "查询中" in text(client, CREDENTIALS) and form not in text(client, CREDENTIALS)
    record_vetting(
        vetting_id=VettingCheck.objects.get().pk, clear=True, actor=make.make_user(), now=now()
    )
    assert "可以接" in text(client, CREDENTIALS)


@pytest.mark.parametrize(("clear", "said"), [(True, "有效到"), (False, "未通过，请联系妇联")])
def test_where_there_is_nothing_to_consent_to_no_question_is_asked(
    client: Client, her: Volunteer, clear: bool, said: str
) -> None:
    make.make_programme(roles={"helper": ["child_clearance"]})
    consent = reverse("volunteer:consent_to_vetting")
    client.post(consent)
    asked = VettingCheck.objects.get()
    record_vetting(vetting_id=asked.pk, clear=clear, actor=make.make_user(), now=now())
    client.post(consent)
    assert list(VettingCheck.objects.all()) == [asked]
    assert said in text(client, CREDENTIALS)
