"""Reading the rows behind a figure is written down where they name somebody."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Access
from backend.common import clock
from tests.records.scene import Day, make_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def day(client: Client) -> Day:
    made = make_day()
    made.served(75)
    client.force_login(made.coordinator)
    return made


def read_by(day: Day) -> set[tuple[str, str]]:
    rows = Access.objects.filter(user_id=day.coordinator.pk, action="read")
    return set(rows.values_list("subject", "reason"))


@pytest.mark.parametrize("figure", ["minutes", "volunteers"])
def test_whoever_reads_rows_of_people_is_written_down_once_for_each(
    client: Client, day: Day, figure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: make_later(day))
    page = client.get(reverse("coordinator:report_rows", args=[figure]), {"period": "year"})
    both = {day.her.pk, day.leader.volunteer_id}
    named = {day.her.pk} if figure == "minutes" else both
    assert page.status_code == 200
    assert read_by(day) == {(f"volunteer:{pk}", f"report {figure}") for pk in named}


def make_later(day: Day):  # type: ignore[no-untyped-def]
    assert day.session.ends_at is not None
    return day.session.ends_at.replace(hour=23)


@pytest.mark.parametrize("asked", [{}, {"period": "year"}, {"period": "year", "programme": 1}])
def test_the_page_opens_while_the_clock_goes_on(
    client: Client, day: Day, asked: dict[str, object]
) -> None:
    if "programme" in asked:
        asked = asked | {"programme": day.session.programme_id}
    assert client.get(reverse("coordinator:reports"), asked).status_code == 200


def test_rows_that_name_nobody_leave_no_line(client: Client, day: Day) -> None:
    assert client.get(reverse("coordinator:report_rows", args=["sessions"])).status_code == 200
    assert read_by(day) == set()
