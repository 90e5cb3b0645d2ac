"""A guardian sees, takes along and takes back everything of her family; seats go along the line,
figures stay."""

from __future__ import annotations

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from pytest_django import DjangoAssertNumQueries

from backend.accounts.models import Access, Consent
from backend.families.models import Child, Family, Request
from backend.families.operations import NotHerChild
from backend.records.operations import erase_child, erase_family
from backend.records.queries import family_file
from tests import factories as make

pytestmark = pytest.mark.django_db


def consented(**fields):  # type: ignore[no-untyped-def]
    family = make.make_family(
        with_user=True, agreed=False, phone="13800138000", guardian_name="王家长", **fields
    )
    for child in family.children.all():
        Consent.objects.create(
            user=family.user,
            child_id=child.pk,
            purpose="booking",
            text_version="2026-11",
            how="page",
            given_at=make.NOW,
        )
    return family


def seen(family: Family) -> str:
    return json.dumps(
        family_file(Family.objects.get(pk=family.pk)), cls=DjangoJSONEncoder, ensure_ascii=False
    )


def test_her_file_holds_everything_and_is_json() -> None:
    family = consented(children=["2025-03", "2023-12"])
    make.make_request(family=family)
    make.make_booking(family=family, session=make.make_session(seats=(1, 6, 5), title="爬爬乐"))
    text = seen(family)
    assert all(
        word in text
        for word in (
            "王家长",
            "13800138000",
            "宝宝1",
            "2023-12",
            "booking",
            "爬爬乐",
            "贝贝老师",
            "鼓东街道",
        )
    )


@pytest.mark.parametrize("count", [1, 3])
def test_her_file_costs_as_much_for_three_children_as_for_one(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    family = consented(children=["2025-03"] * count)
    family = Family.objects.select_related("street").get(pk=family.pk)
    with django_assert_num_queries(5):
        family_file(family)


def test_erasing_a_family_frees_its_seats_and_keeps_its_number() -> None:
    family, other = consented(), make.make_family()
    session = make.make_session(seats=(1, 1, 5))
    make.make_assignment(volunteer=make.make_volunteer(), shift=session.shifts.get())
    mine = make.make_booking(family=family, session=session, code="AB34")
    waiting = make.make_booking(family=other, session=session, state="waiting")
    make.make_request(family=family)
    for _ in range(2):
        erase_family(family_id=family.pk, actor=family.user, now=make.NOW)
    mine.refresh_from_db()
    waiting.refresh_from_db()
    left = Family.objects.get(pk=family.pk)
    assert (mine.state, waiting.state) == ("cancelled", "offered")
    assert (left.user, left.guardian_name, left.phone, left.phone_index, left.active) == (
        None,
        None,
        None,
        None,
        False,
    )
    assert (
        not Child.objects.filter(family=left).exists()
        and not Request.objects.filter(family=left).exists()
    )
    hers = Consent.objects.exclude(user=other.user)
    assert not hers.filter(withdrawn_at=None).exists() and hers.exists()
    assert "王家长" not in seen(family) and left.number == family.number
    assert Access.objects.filter(action="erase", subject=f"family:{family.pk}").count() == 1


def test_a_child_that_is_erased_leaves_and_its_sister_keeps_her_seat() -> None:
    family = consented(children=["2025-03", "2023-12"])
    first, second = family.children.order_by("pk")
    both = make.make_booking(family=family, session=make.make_session(seats=(1, 6, 5)))
    alone = make.make_booking(
        family=family,
        session=make.make_session(seats=(1, 6, 5), starts_at=make.at("2026-12-06 09:30")),
    )
    alone.children.set([second])
    erase_child(family_id=family.pk, child_id=first.pk, actor=family.user, now=make.NOW)
    both.refresh_from_db()
    alone.refresh_from_db()
    assert (both.state, both.seats, alone.state) == ("confirmed", 1, "confirmed")
    assert list(both.children.all()) == [second] and both.session.seats_taken == 1
    assert list(family.children.all()) == [second]
    with pytest.raises(NotHerChild):
        erase_child(family_id=family.pk, child_id=first.pk, actor=family.user, now=make.NOW)
