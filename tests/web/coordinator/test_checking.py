"""The desk where certificates are checked: in scope alone, each look written down."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Access, User
from backend.common.clock import local_day, now
from backend.volunteers.models import EvidencePage, HandIn, Volunteer
from backend.volunteers.operations.credentials import months_after
from tests import factories as make
from tests.plans import statements_of

pytestmark = pytest.mark.django_db
LIST = reverse("coordinator:credentials")


class Desk(NamedTuple):
    user: User
    her: Volunteer
    shown: HandIn
    page: str  # its address


@pytest.fixture
def desk(client: Client) -> Desk:
    here = make.make_organisation()
    user = make.make_coordinator(organisation=here)
    her = make.make_volunteer(organisation=here, name="林一一")
    client.force_login(user)
    shown = waiting(her)
    return Desk(user, her, shown, reverse("coordinator:hand_in", args=[shown.pk]))


def waiting(her: Volunteer) -> HandIn:
    shown = HandIn.objects.create(
        volunteer=her,
        kind=make.make_credential_kind(code="beibei_lead"),
        valid_from=date(2026, 1, 1),
        made_at=now(),
    )
    EvidencePage.objects.create(hand_in=shown, position=1, picture=b"\xff\xd8\xff picture")
    return shown


def address(user: User, page: EvidencePage) -> str:
    return reverse(
        "coordinator:evidence", args=[signing.dumps([page.pk, user.pk], salt="evidence")]
    )


def test_what_waits_is_listed_and_opens_with_its_picture(client: Client, desk: Desk) -> None:
    assert desk.page in client.get(LIST).content.decode()
    page = client.get(desk.page)
    (picture,) = page.context["pictures"]
    answer = client.get(picture[1])
    assert (answer.content, answer.headers["Content-Type"]) == (
        b"\xff\xd8\xff picture",
        "image/jpeg",
    )
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    looked = Access.objects.filter(user_id=desk.user.pk, action="read").values_list(
        "subject", flat=True
    )
    kept = EvidencePage.objects.get()
    assert {f"hand_in:{desk.shown.pk}", f"evidence:{kept.pk}"} <= set(looked)


def test_a_picture_has_no_address_that_serves_somebody_else_or_later(
    client: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = EvidencePage.objects.get()
    hers = address(desk.user, kept)
    assert client.get(hers).status_code == 200
    other = make.make_coordinator(organisation=desk.her.organisation)
    assert client.get(address(other, kept)).status_code == 404
    far = make.make_coordinator(organisation=make.make_organisation())
    strange = Client()
    strange.force_login(far)
    assert strange.get(address(far, kept)).status_code == 404
    monkeypatch.setattr("backend.web.coordinator.credentials.LOOK_SECONDS", -1)
    assert client.get(hers).status_code == 404


def test_yes_gives_her_what_stands_on_it(client: Client, desk: Desk) -> None:
    fields = {"answer": "yes", "valid_from": "2026-01-01", "valid_until": "2028-12-31"}
    assert client.post(desk.page, fields).headers["Location"] == LIST
    held = desk.her.credentials.get()
    assert (held.checked_by, held.valid_until) == (desk.user, date(2028, 12, 31))
    assert desk.page not in client.get(LIST).content.decode()


def test_the_end_that_she_left_out_is_suggested_by_the_kind(client: Client, desk: Desk) -> None:
    desk.shown.kind.valid_months = 36
    desk.shown.kind.save()
    form = client.get(desk.page).context["accepting"]
    assert form["valid_until"].value() == date(2028, 12, 31)


def test_who_is_shown_it_by_a_form_that_was_not_right_is_written_down(
    client: Client, desk: Desk
) -> None:
    assert client.post(desk.page, {"answer": "no", "reason": ""}).status_code == 422
    looked = Access.objects.filter(user_id=desk.user.pk, subject=f"hand_in:{desk.shown.pk}")
    assert [one.action for one in looked] == ["read"]


def test_no_wants_a_reason(client: Client, desk: Desk) -> None:
    assert client.post(desk.page, {"answer": "no", "reason": ""}).status_code == 422
    client.post(desk.page, {"answer": "no", "reason": "看不清"})
    desk.shown.refresh_from_db()
    assert (desk.shown.state, desk.shown.reason) == ("returned", "看不清")


def test_what_a_colleague_answered_meanwhile_is_said(client: Client, desk: Desk) -> None:
    HandIn.objects.update(state="returned")
    client.post(desk.page, {"answer": "no", "reason": "看不清"})
    assert "别人已经答复过" in client.get(LIST).content.decode()


def test_who_watches_is_shown_no_certificate(client: Client, desk: Desk) -> None:
    viewer = make.make_coordinator(organisation=desk.her.organisation, role="viewer")
    client.force_login(viewer)
    assert client.get(LIST).context["total"] == 0
    assert client.get(desk.page).status_code == 403


def test_whoever_ends_one_sees_first_what_she_has_promised_with_it(
    client: Client, desk: Desk
) -> None:
    make.qualify(
        volunteer=desk.her, code="beibei_lead", until=local_day(now()) + timedelta(days=400)
    )
    held = desk.her.credentials.get()
    rota = make.make_rota(organisation=desk.her.organisation)
    session = make.make_session(rota=rota, starts_at=now() + timedelta(days=3), title="亲子课甲")
    shift = session.shifts.get()
    shift.role.requires.add(held.kind)
    make.make_assignment(volunteer=desk.her, shift=shift)
    form = reverse("coordinator:end_credential", args=[held.pk])
    assert "亲子课甲" in client.get(form).content.decode()
    today = local_day(now())
    client.post(form, {"last_day": today.isoformat(), "reason": "收回了"})
    held.refresh_from_db()
    assert (held.valid_until, held.ended_because) == (today, "收回了")


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_asks_as_often_for_many_as_for_one(client: Client, desk: Desk, many: int) -> None:
    for _ in range(many):
        waiting(make.make_volunteer(organisation=desk.her.organisation))
    asked = statements_of(client, LIST)
    assert len([sql for sql in asked if "volunteers_handin" in sql]) == 2


def test_the_result_of_a_vetting_is_written_down_and_nothing_else(
    client: Client, desk: Desk
) -> None:
    asked = desk.her.vettings.create(consent_at=now(), requested_at=now(), authority="")
    address = reverse("coordinator:vetting", args=[asked.pk])
    assert address in client.get(LIST).content.decode()
    today = local_day(now())
    fields = {"asked_on": today.isoformat(), "authority": "鼓楼公安分局", "result": "clear"}
    assert client.post(address, fields).headers["Location"] == LIST
    asked.refresh_from_db()
    kept = (asked.result, asked.authority, asked.checked_by, asked.valid_until)
    assert kept == ("clear", "鼓楼公安分局", desk.user, months_after(today, 12))
    assert address not in client.get(LIST).content.decode()
    assert client.get(address).status_code == 303


def test_nobody_asks_before_she_consents_or_on_a_day_to_come(client: Client, desk: Desk) -> None:
    asked = desk.her.vettings.create(consent_at=now(), requested_at=now(), authority="")
    address = reverse("coordinator:vetting", args=[asked.pk])
    for days in (-1, 1):
        day = local_day(now()) + timedelta(days=days)
        fields = {"asked_on": day.isoformat(), "authority": "公安", "result": "clear"}
        assert client.post(address, fields).status_code == 422
    asked.refresh_from_db()
    assert asked.result == "pending"


def test_a_vetting_is_seen_by_two_roles_alone(client: Client, desk: Desk) -> None:
    make.qualify(volunteer=desk.her, code="child_clearance")
    asked = desk.her.vettings.create(consent_at=now(), requested_at=now(), authority="")
    register = reverse("coordinator:volunteers")
    profile = reverse("coordinator:volunteer", args=[desk.her.pk])
    answer = reverse("coordinator:vetting", args=[asked.pk])
    seen = {}
    for role in ("coordinator", "officer", "viewer"):
        client.force_login(make.make_coordinator(organisation=desk.her.organisation, role=role))
        ((_row, vetted),) = client.get(register).context["rows"]
        told = "从业查询" in client.get(profile).content.decode()
        seen[role] = (vetted, told, client.get(answer).status_code)
    assert seen == {
        "coordinator": (True, True, 200),
        "officer": (True, True, 200),
        "viewer": (None, False, 403),
    }
