"""The register leaves the house whole when two persons want it, and every row says who took it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Access
from backend.accounts.operations import keep_phone
from backend.common import clock
from backend.exchange.models import Export
from backend.exchange.operations import (
    EXPORT_HELD,
    NoLongerHeld,
    NotByHerself,
    PurposeNeeded,
    ask_export,
    decide_export,
    take_export,
)
from backend.exchange.reading import read_sheet
from backend.organisations.models import Membership
from backend.proofs.operations import AnsweredMeanwhile
from backend.records.operations import AlreadyAsked
from tests.factories import (
    NOW,
    make_coordinator,
    make_export,
    make_organisation,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
PHONE = "13800138000"


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def rows_of(content: bytes) -> list[list[str]]:
    return [[str(cell) for cell in line.cells] for line in read_sheet(content).lines()]


def test_one_asks_another_agrees_and_the_one_who_asked_takes_it(client: Client) -> None:
    county = make_organisation()
    first = make_coordinator(organisation=county, name="刘敏")
    second = make_coordinator(organisation=county, name="郑洁")
    make_volunteer(organisation=county, phone=PHONE)
    client.force_login(first)
    export, page = reverse("coordinator:export"), reverse("coordinator:exchange")
    client.post(export, {"table": "volunteers", "full": "on", "purpose": "买保险"})
    row = Export.objects.get()
    decide = reverse("coordinator:decide_export", args=[row.pk])
    take = reverse("coordinator:take_export", args=[row.pk])
    assert "等另一位同意" in client.get(page).content.decode()
    client.post(decide, {"answer": "yes"})  # her own yes is none
    assert client.post(take).status_code == 303
    assert not Access.objects.filter(action="export").exists()
    client.force_login(second)
    assert "买保险" in client.get(page).content.decode()
    client.post(decide, {"answer": "yes"})
    assert client.post(take).status_code == 404  # not hers to take
    client.force_login(first)
    assert take in client.get(page).content.decode()
    heading, line = rows_of(client.post(take).content)
    assert PHONE in line and heading[-1] == "导出"
    assert line[-1].startswith("刘敏 ") and line[-1].endswith("导出")
    noted = Access.objects.get(action="export")
    assert (noted.user_id, noted.subject, noted.reason) == (
        *(first.pk, "table:volunteers"),
        "volunteers, 1 rows, full: 买保险",
    )
    row.refresh_from_db()
    assert (row.decided_by, row.taken_at) == (second, NOW)


def test_what_leaves_is_of_the_organisation_whose_coordinator_agreed(client: Client) -> None:
    here, there = (make_organisation() for _ in range(2))
    her = make_coordinator(organisation=here)
    Membership.objects.create(user=her, organisation=there, role="coordinator")
    for organisation, phone in ((here, PHONE), (there, "13900139000")):
        make_volunteer(organisation=organisation, phone=phone)
    row = make_export(asked_by=her, organisation=here)
    decide_export(
        export_id=row.pk, approved=True, actor=make_coordinator(organisation=here), now=NOW
    )
    client.force_login(her)
    taken = client.post(reverse("coordinator:take_export", args=[row.pk]))
    (_heading, *lines) = rows_of(taken.content)
    assert [line[2] for line in lines] == [PHONE]


def test_with_masked_numbers_it_leaves_at_once_and_is_marked_too(client: Client) -> None:
    county = make_organisation()
    make_volunteer(organisation=county, phone=PHONE)
    client.force_login(make_coordinator(organisation=county, name="刘敏"))
    _, line = rows_of(client.post(reverse("coordinator:export"), {"table": "volunteers"}).content)
    assert PHONE not in line and line[-1].startswith("刘敏 ")
    assert Access.objects.get(action="export").reason == "volunteers, 1 rows, masked"


def test_a_purpose_is_needed_and_one_question_waits_at_a_time() -> None:
    county = make_organisation()
    ask = {"table": "volunteers", "organisation": county, "now": NOW}
    her = make_coordinator(organisation=county)
    with pytest.raises(PurposeNeeded):
        ask_export(purpose="  ", actor=her, **ask)  # type: ignore[arg-type]
    ask_export(purpose="买保险", actor=her, **ask)  # type: ignore[arg-type]
    with pytest.raises(AlreadyAsked):
        ask_export(purpose="再要一次", actor=her, **ask)  # type: ignore[arg-type]


def test_a_yes_is_of_another_person_given_once_and_holds_for_a_day() -> None:
    county = make_organisation()
    her, other = (make_coordinator(organisation=county) for _ in range(2))
    row = make_export(asked_by=her, organisation=county)
    with pytest.raises(NotByHerself):
        decide_export(export_id=row.pk, approved=True, actor=her, now=NOW)
    beside = make_coordinator(organisation=county)  # hers as well: one telephone opens both
    for user in (her, beside):
        keep_phone(user=user, number="13800138000", now=NOW)
    with pytest.raises(NotByHerself):
        decide_export(export_id=row.pk, approved=True, actor=beside, now=NOW)
    with pytest.raises(NoLongerHeld):
        take_export(export_id=row.pk, rows=1, actor=her, now=NOW)
    decide_export(export_id=row.pk, approved=True, actor=other, now=NOW)
    with pytest.raises(AnsweredMeanwhile):
        decide_export(export_id=row.pk, approved=False, actor=other, now=NOW)
    with pytest.raises(NotByHerself):
        take_export(export_id=row.pk, rows=1, actor=other, now=NOW)
    last = NOW + EXPORT_HELD - timedelta(seconds=1)
    assert take_export(export_id=row.pk, rows=1, actor=her, now=last).taken_at == last
    with pytest.raises(NoLongerHeld):
        take_export(export_id=row.pk, rows=1, actor=her, now=NOW + EXPORT_HELD)


def test_a_no_gives_nothing_and_who_is_elsewhere_does_not_see_it(client: Client) -> None:
    county = make_organisation()
    her, other = (make_coordinator(organisation=county) for _ in range(2))
    row = make_export(asked_by=her, organisation=county)
    client.force_login(make_coordinator(organisation=make_organisation()))
    assert "买保险" not in client.get(reverse("coordinator:exchange")).content.decode()
    decide = reverse("coordinator:decide_export", args=[row.pk])
    assert client.post(decide, {"answer": "yes"}).status_code == 404
    decide_export(export_id=row.pk, approved=False, actor=other, now=NOW)
    with pytest.raises(NoLongerHeld):
        take_export(export_id=row.pk, rows=1, actor=her, now=NOW)
