"""Volunteers are found by characters, pinyin or initials, in the reader's scope."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.organisations.queries import scope_paths
from backend.volunteers.models import VettingCheck, Volunteer
from backend.volunteers.names import spell
from backend.volunteers.queries import answers_that_count, matching_words, volunteers_within
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


def test_a_coordinator_sees_her_own() -> None:
    city = make.make_organisation()
    county, other = make.make_organisation(parent=city), make.make_organisation(parent=city)
    village = make.make_organisation(parent=make.make_organisation(parent=county))
    for name in ("陈秀英", "林雪梅", "黄丽华", "黄丽华"):
        named(name, organisation=village)
    named("张淑贞", organisation=other)
    named("李春燕", organisation=village, state="paused")
    paths = scope_paths(make.make_coordinator(organisation=county))
    assert [v.name for v in volunteers_within(paths).order_by("sort_key")] == [
        "陈秀英",
        "黄丽华",
        "黄丽华",
        "李春燕",
        "林雪梅",
    ]
    assert list(volunteers_within([])) == []


def test_the_answer_to_the_newest_question_counts_whatever_is_written_down_last() -> None:
    two = [make.make_volunteer(), make.make_volunteer()]
    asked = {}
    for days, result in ((1, "blocked"), (2, "clear"), (0, "pending")):
        for her in two:
            asked[her.pk, days] = VettingCheck.objects.create(
                volunteer=her,
                consent_at=make.NOW,
                requested_at=make.NOW - timedelta(days=days),
                authority="鼓楼公安分局",
                result=VettingCheck.Result(result),
            )
    counts = answers_that_count(VettingCheck.objects.all())
    assert list(counts) == [asked[her.pk, 1] for her in two]
