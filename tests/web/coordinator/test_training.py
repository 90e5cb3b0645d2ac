"""A coordinator says which certificate attending a session gives; the card says so."""

from __future__ import annotations

import pytest
from django.test import Client

from backend.records.models import Training
from tests.factories import make_credential_kind
from tests.records.scene import Day, make_day

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


def client_of(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def said(day: Day, **values: str) -> tuple[int, list[tuple[str, int | None]]]:
    answer = client_of(day.coordinator).post(f"/c/sessions/{day.session.pk}/training/", values)
    return answer.status_code, list(Training.objects.values_list("kind__code", "months"))


def test_what_it_gives_is_set_and_stands_on_her_card_and_the_session() -> None:
    day = make_day()
    kind = make_credential_kind(code="speaker")
    assert said(day, kind=str(kind.pk), months="18") == (303, [("speaker", 18)])
    page = client_of(day.coordinator).get(f"/c/sessions/{day.session.pk}/")
    card = client_of(day.hers).get(f"/v/shifts/{day.helper.shift_id}/")
    line = "到场并核对后得到「speaker」，有效 18 个月"
    assert line in page.content.decode()
    assert line in card.content.decode()


def test_a_number_of_months_that_cannot_be_stands_in_the_form() -> None:
    day = make_day()
    kind = make_credential_kind(code="speaker")
    assert said(day, kind=str(kind.pk), months="999") == (422, [])
    assert said(day, kind="abc") == (422, [])
    assert said(day) == (303, [])


def test_a_session_is_not_said_to_be_a_training_before_somebody_says_so() -> None:
    day = make_day()
    address = f"/c/sessions/{day.session.pk}/"
    page = client_of(day.coordinator).get(address).content.decode()
    assert "这一场不是培训" in page and "改成培训，参加的人得到证书" in page
    kind = make_credential_kind(code="speaker")
    said(day, kind=str(kind.pk), months="18")
    page = client_of(day.coordinator).get(address).content.decode()
    assert "这一场不是培训" not in page and "改成培训" not in page
