"""Certificates are checked by another person; the vetting keeps its result and nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from backend.accounts.models import Access
from backend.volunteers.models import VettingCheck
from backend.volunteers.operations import (
    CredentialRefused,
    add_credential,
    record_vetting,
    request_vetting,
    withdraw_vetting,
)
from backend.volunteers.operations.credentials import a_year_after
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_newer_certificate_takes_the_older_one_s_place() -> None:
    row, checker, kind = (
        make.make_volunteer(),
        make.make_user(),
        make.make_credential_kind(code="beibei_lead"),
    )
    for year in (2025, 2028):
        add_credential(
            volunteer_id=row.pk,
            kind=kind,
            valid_from=date(2024, 1, 1),
            valid_until=date(year, 6, 30),
            actor=checker,
            now=make.NOW,
            number="A1",
        )
    held = row.credentials.get()
    assert (held.valid_until, held.checked_by, held.checked_at) == (
        date(2028, 6, 30),
        checker,
        make.NOW,
    )


@pytest.mark.parametrize(
    ("why", "code", "until"),
    [("vetting", "child_clearance", None), ("dates", "beibei_lead", date(2023, 12, 31))],
)
def test_what_cannot_be_is_refused(why: str, code: str, until: date | None) -> None:
    row, kind = make.make_volunteer(), make.make_credential_kind(code=code)
    with pytest.raises(CredentialRefused) as caught:
        add_credential(
            volunteer_id=row.pk,
            kind=kind,
            valid_from=date(2024, 1, 1),
            valid_until=until,
            actor=make.make_user(),
            now=make.NOW,
        )
    assert caught.value.facts["why"] == why


def test_nobody_checks_her_own() -> None:
    row, kind = make.make_volunteer(with_user=True), make.make_credential_kind(code="mediator")
    assert row.user
    with pytest.raises(CredentialRefused):
        add_credential(
            volunteer_id=row.pk,
            kind=kind,
            valid_from=date(2024, 1, 1),
            valid_until=None,
            actor=row.user,
            now=make.NOW,
        )
    check = request_vetting(
        volunteer_id=row.pk, consent_at=make.NOW, authority="公安机关", actor=row.user, now=make.NOW
    )
    with pytest.raises(CredentialRefused):
        record_vetting(vetting_id=check.pk, clear=True, actor=row.user, now=make.NOW)


def test_a_vetting_is_asked_once_answered_once_and_good_for_a_year() -> None:
    row, officer = make.make_volunteer(), make.make_user()
    check = request_vetting(
        volunteer_id=row.pk, consent_at=make.NOW, authority="公安机关", actor=officer, now=make.NOW
    )
    assert (
        request_vetting(
            volunteer_id=row.pk,
            consent_at=make.NOW,
            authority="公安机关",
            actor=officer,
            now=make.NOW,
        )
        == check
    )
    done = record_vetting(vetting_id=check.pk, clear=True, actor=officer, now=make.NOW)
    assert (done.result, done.valid_until, done.checked_by) == (
        "clear",
        date(2027, 11, 27),
        officer,
    )
    with pytest.raises(CredentialRefused):
        record_vetting(vetting_id=check.pk, clear=False, actor=officer, now=make.NOW)
    assert Access.objects.filter(subject=f"volunteer:{row.pk}").count() == 2


def test_a_blocked_vetting_has_no_validity_and_no_reason() -> None:
    row, officer = make.make_volunteer(), make.make_user()
    check = request_vetting(
        volunteer_id=row.pk, consent_at=make.NOW, authority="公安机关", actor=officer, now=make.NOW
    )
    assert (
        record_vetting(vetting_id=check.pk, clear=False, actor=officer, now=make.NOW).valid_until
        is None
    )
    assert not {"reason", "note", "record"} & {f.name for f in VettingCheck._meta.get_fields()}


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 3, 1), date(2027, 2, 28)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_year_ends_the_day_before(day: date, last: date) -> None:
    assert a_year_after(day) == last


def test_a_consent_is_taken_back_until_there_is_an_answer_and_leaves_nothing() -> None:
    her = make.make_volunteer(with_user=True)
    assert her.user is not None
    ask = {"volunteer_id": her.pk, "actor": her.user, "now": make.NOW}
    assert withdraw_vetting(**ask) is False
    request_vetting(consent_at=make.NOW, authority="", **ask)
    assert withdraw_vetting(**ask) is True
    assert not her.vettings.exists()
    asked = request_vetting(consent_at=make.NOW, authority="", **ask)
    record_vetting(vetting_id=asked.pk, clear=True, actor=make.make_user(), now=make.NOW)
    assert withdraw_vetting(**ask) is False and her.vettings.get() == asked
