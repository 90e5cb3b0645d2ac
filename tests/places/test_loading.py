"""Divisions are loaded by code, as often as one likes; nothing is deleted, and what a coordinator
corrected stays."""

from __future__ import annotations

from datetime import date

import pytest

from backend.places import files
from backend.places.models import CalendarDay, Division
from backend.places.operations import load_calendar, load_divisions
from backend.places.queries import divisions

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def test_all_of_fuzhou_is_there_and_a_second_load_changes_nothing() -> None:
    first = load_divisions(divisions=files.divisions(), today=TODAY)
    rows = list(Division.objects.values())
    assert (first.counties, first.streets, first.villages, first.retired) == (13, 186, 3022, 0)
    assert load_divisions(divisions=files.divisions(), today=TODAY) == first
    assert list(Division.objects.values()) == rows


def test_what_nobody_lives_in_and_what_is_not_ours_is_no_choice() -> None:
    load_divisions(divisions=files.divisions(), today=TODAY)
    assert divisions("county").count() == 12  # 平潭 has its own federation
    assert not divisions("street").filter(code__in=["350104400", "350122400", "350123500"]).exists()
    assert not divisions("village").filter(name__contains="虚拟").exists()
    assert divisions("street", within="350102").count() == 10


def test_every_division_has_its_parent_and_can_be_found_by_pinyin() -> None:
    codes = {row.code: row for row in files.divisions()}
    assert all(code[: {9: 6, 12: 9}[len(code)]] in codes for code in codes if len(code) > 6)
    assert (codes["350102001001"].pinyin, codes["350102001001"].initials) == (
        "zhongshanshequ",
        "zssq",
    )
    assert all(row.pinyin and row.initials for row in codes.values())


def test_a_village_that_is_gone_is_retired_and_comes_back() -> None:
    load_divisions(divisions=files.divisions(), today=TODAY)
    without = [row for row in files.divisions() if row.code != "350102001001"]
    assert load_divisions(divisions=without, today=TODAY).retired == 1
    assert Division.objects.get(code="350102001001").retired_on == TODAY
    load_divisions(divisions=files.divisions(), today=TODAY)
    assert Division.objects.get(code="350102001001").retired_on is None


def test_a_corrected_point_survives() -> None:
    load_divisions(divisions=files.divisions(), today=TODAY)
    Division.objects.filter(code="350103001").update(
        latitude=26.1, longitude=119.31, point_source="corrected"
    )
    load_divisions(divisions=files.divisions(), today=TODAY)
    assert Division.objects.filter(
        code="350103001", latitude=26.1, point_source="corrected"
    ).exists()


def test_a_fallback_point_is_marked_as_one() -> None:
    assert sum(row.point_source == "county_seat_fallback" for row in files.divisions()) == 49


def test_the_calendar_says_how_sure_it_is() -> None:
    for path in files.FOLDER.glob("calendar_*.json"):
        load_calendar(days=files.calendar(path))
    days = CalendarDay.objects.in_bulk()
    assert (days[date(2026, 2, 16)].is_off, days[date(2026, 2, 16)].status) == (True, "official")
    assert not days[date(2026, 2, 28)].is_off  # a Saturday that is worked
    assert days[date(2027, 5, 1)].status == "provisional"
    assert date(2028, 1, 1) not in days


def test_a_provisional_day_never_replaces_an_official_one() -> None:
    day = date(2027, 5, 1)
    load_calendar(
        days=[CalendarDay(date=day, name="劳动节", is_off=True, status="official", source="notice")]
    )
    assert (
        load_calendar(
            days=[
                CalendarDay(date=day, name="猜", is_off=False, status="provisional", source="guess")
            ]
        )
        == 0
    )
    assert CalendarDay.objects.get(date=day).name == "劳动节"


def test_code_lists_name_their_types() -> None:
    assert {"id_type", "nation", "gender"} <= files.code_lists().keys()
