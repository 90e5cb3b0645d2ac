"""Volunteers are found by characters, pinyin or initials, in the reader's scope, at a constant
number of queries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from backend.organisations.queries import scope_paths
from backend.volunteers.models import Volunteer
from backend.volunteers.names import spell
from backend.volunteers.queries import (
    lapsing,
    matching_words,
    vetting_of,
    vettings_lapsing,
    volunteer_page,
)
from tests import factories as make

pytestmark = pytest.mark.django_db


def named(name: str, **fields) -> Volunteer:  # type: ignore[no-untyped-def]
    letters = spell(name)
    row = make.make_volunteer(name=name, **fields)
    row.name_pinyin, row.name_initials, row.sort_key = (
        letters.pinyin,
        letters.initials,
        letters.sort_key,
    )
    row.save()
    return row


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("丽华", ["陈丽华", "曾丽华"]),
        ("zlh", ["曾丽华"]),
        ("clh", ["陈丽华", "曾丽华"]),
        ("ZENGLI", ["曾丽华"]),
        ("cenglihua", ["曾丽华"]),
        ("13800138000", ["曾丽华"]),
        ("+86 13800138000".replace(" ", ""), ["曾丽华"]),
        ("陈 clh", ["陈丽华"]),
        ("", ["陈丽华", "曾丽华", "郑美玉"]),
        ("没有这个人", []),
        ("100%", []),
    ],
)
def test_she_is_found_however_she_is_looked_for(words: str, found: list[str]) -> None:
    named("曾丽华", phone="13800138000")
    named("陈丽华")
    named("郑美玉")
    assert [
        v.name for v in Volunteer.objects.filter(matching_words(words)).order_by("sort_key")
    ] == found


def test_a_public_number_finds_its_owner() -> None:
    row = named("曾丽华")
    assert Volunteer.objects.get(matching_words(row.number.lower())) == row


def test_a_coordinator_sees_her_own_and_pages_on() -> None:
    city = make.make_organisation()
    county, other = make.make_organisation(parent=city), make.make_organisation(parent=city)
    village = make.make_organisation(parent=make.make_organisation(parent=county))
    for name in ("陈秀英", "林雪梅", "黄丽华", "黄丽华"):
        named(name, organisation=village)
    named("张淑贞", organisation=other)
    named("李春燕", organisation=village, state="paused")
    paths = scope_paths(make.make_coordinator(organisation=county))
    first = volunteer_page(paths, size=3)
    rest = volunteer_page(paths, size=3, after=first.after)
    assert [v.name for v in first.rows] == ["陈秀英", "黄丽华", "黄丽华"] and [
        v.name for v in rest.rows
    ] == ["林雪梅"]
    assert rest.after is None and volunteer_page([], size=3).rows == []
    assert [v.name for v in volunteer_page(paths, state="paused").rows] == ["李春燕"]


def test_a_programme_narrows_the_list() -> None:
    row = named("陈秀英")
    row.programmes.add(make.make_programme())
    named("林雪梅")
    assert [v.name for v in volunteer_page([""], programme="beibei").rows] == ["陈秀英"]


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_four_queries_whoever_is_on_it(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    organisation = make.make_organisation()
    for _ in range(count):
        make.make_volunteer(
            organisation=organisation, qualifications={"child_clearance": None, "beibei_lead": None}
        )
    with django_assert_num_queries(4):
        for row in volunteer_page([organisation.path]).rows:
            assert row.organisation.name and list(row.programmes.all()) == []
            assert vetting_of(row) and [c.kind.name for c in row.credentials.all()] == [
                "beibei_lead"
            ]


def test_what_lapses_soon_is_listed_soonest_first() -> None:
    organisation, today = make.make_organisation(), date(2026, 11, 24)
    for days in (70, 10, 30, -1):
        make.make_volunteer(
            organisation=organisation,
            qualifications={
                k: today + timedelta(days=days) for k in ("mediator", "child_clearance")
            },
        )
    for rows in (
        lapsing([organisation.path], today=today, until=today + timedelta(days=60)),
        vettings_lapsing([organisation.path], today=today, until=today + timedelta(days=60)),
    ):
        assert [(row.valid_until - today).days for row in rows] == [10, 30]
