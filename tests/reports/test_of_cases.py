"""Cases as figures: by kind and by how they ended, of whole months, and never so few that one could
tell whose they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.cases.models import CareCase
from backend.cases.operations import close_case
from backend.common.clock import local_day
from backend.reports.periods import Period
from backend.reports.queries import CaseFigures, case_figures
from backend.reports.queries.paired import SMALL
from tests.cases.scene import Office, mediating, office
from tests.factories import NOW, make_coordinator, make_organisation

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=40)
WHOLE = Period("all", None, local_day(LATER))


@pytest.fixture
def here() -> Office:
    return office()


def opened(here: Office, many: int, kind: str = "custody") -> list[CareCase]:
    return [here.open(kind=kind) for _ in range(many)]


def said(here: Office) -> CaseFigures:
    found = case_figures(here.organisation, WHOLE, LATER)
    assert found is not None
    return found


def test_from_five_on_a_kind_is_said_and_none_is_said_as_well(here: Office) -> None:
    opened(here, SMALL)
    opened(here, SMALL - 1, "divorce")
    kinds = said(here).kinds
    assert (kinds["custody"], kinds["divorce"], kinds["support"]) == (SMALL, None, 0)


def test_how_they_ended_is_counted_by_when_they_did(here: Office) -> None:
    rows = opened(here, SMALL)
    for row in rows:
        close_case(case_id=row.pk, outcome="unsettled", actor=here.officer, now=NOW)
    assert said(here).outcomes["unsettled"] == SMALL
    first = opened(here, 1)[0]
    close_case(case_id=first.pk, outcome="violence", actor=here.officer, now=NOW)
    assert said(here).outcomes["violence"] is None


def test_the_month_under_way_is_not_counted(here: Office) -> None:
    opened(here, SMALL)
    found = case_figures(here.organisation, WHOLE, NOW)
    assert found is not None and found.kinds["custody"] == 0
    month = Period("month", local_day(NOW).replace(day=1), local_day(NOW))
    assert case_figures(here.organisation, month, NOW) is None


def test_of_a_month_with_few_no_longer_period_says_it(here: Office) -> None:
    opened(here, SMALL)
    here.open(now=NOW - timedelta(days=40))
    assert said(here).kinds["custody"] is None


def test_nor_do_the_numbers_beside_it(here: Office) -> None:
    """Two streets of one county: what the one has is what the other has not."""
    county = here.organisation.parent
    assert county is not None
    beside = make_organisation(parent=county)
    officer = make_coordinator(organisation=beside, role="cases")
    other = Office(beside, officer, mediating())
    opened(here, SMALL)
    opened(other, 1)
    found = case_figures(county, WHOLE, LATER)
    assert found is not None and found.kinds["custody"] == SMALL + 1
    assert said(here).kinds["custody"] is None and said(other).kinds["custody"] is None


@pytest.mark.parametrize("role", ["viewer", "coordinator", "cases"])
def test_the_page_says_them_and_no_number_of_a_case(
    here: Office, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = opened(here, SMALL)
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)
    client = Client()
    client.force_login(make_coordinator(organisation=here.organisation, role=role))
    page = client.get(reverse("coordinator:cases")).content.decode()
    assert f"<dd>{SMALL}</dd>" in page
    assert (f"个案 {rows[0].pk}" in page) == (role == "cases")
