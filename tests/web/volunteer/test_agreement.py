"""A version waits on her first page until she agrees; she reads when she did, and so does whoever
coordinates her."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from backend.common.clock import local_day, now
from backend.volunteers.models import AgreementVersion, Volunteer
from tests import factories as make

pytestmark = pytest.mark.django_db
FIND = reverse("volunteer:find")
PAGE = reverse("volunteer:agreement")


@pytest.fixture
def her() -> Volunteer:
    return make.make_volunteer(with_user=True)


def signed_in(row: Volunteer) -> Client:
    client = Client()
    assert row.user is not None
    client.force_login(row.user)
    return client


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def publish(
    client: Client, her: Volunteer, words: str = "请按时到\n\n请爱护孩子"
) -> AgreementVersion:
    page = reverse("coordinator:agreement", args=[her.organisation_id])
    answer = client.post(page, {"text": words, "from_on": local_day(now()).isoformat()})
    assert answer.status_code == 303
    return AgreementVersion.objects.order_by("-number")[0]


def test_she_is_asked_agrees_and_both_sides_read_it(her: Volunteer) -> None:
    boss = make.make_coordinator(organisation=her.organisation)
    desk, phone = Client(), signed_in(her)
    desk.force_login(boss)
    assert PAGE not in text(phone, FIND)
    version = publish(desk, her)
    assert PAGE in text(phone, FIND)
    assert "请爱护孩子" in text(phone, PAGE)
    person = reverse("coordinator:volunteer", args=[her.pk])
    assert "她还没同意" in text(desk, person)
    assert "1 位在册志愿者，0 位同意了" in text(
        desk, reverse("coordinator:agreement", args=[her.organisation_id])
    )
    assert phone.post(PAGE, {"version": version.pk})["Location"] == FIND
    assert PAGE not in text(phone, FIND)
    assert "你同意了这一版" in text(phone, PAGE)
    assert "她还没同意" not in text(desk, person)
    assert "第 1 版" in text(phone, reverse("volunteer:held"))


def test_a_shift_is_refused_in_words_until_then(her: Volunteer) -> None:
    desk, phone = Client(), signed_in(her)
    desk.force_login(make.make_coordinator(organisation=her.organisation))
    publish(desk, her)
    shift = make.make_session().shifts.get()
    phone.post(reverse("volunteer:claim", args=[shift.pk]))
    assert not her.assignments.exists()
    assert "志愿者须知你还没同意" in text(phone, FIND)


def test_who_signed_on_paper_is_noted_by_who_has_the_paper(her: Volunteer) -> None:
    desk = Client()
    desk.force_login(make.make_coordinator(organisation=her.organisation))
    version = publish(desk, her)
    address = reverse("coordinator:agreed_on_paper", args=[her.pk])
    desk.post(address, {"version": version.pk})
    assert [one.how for one in her.agreements.all()] == ["paper"]


def test_who_only_looks_on_publishes_nothing(her: Volunteer) -> None:
    viewer = Client()
    viewer.force_login(make.make_coordinator(organisation=her.organisation, role="viewer"))
    page = reverse("coordinator:agreement", args=[her.organisation_id])
    assert viewer.get(page).status_code == 403
