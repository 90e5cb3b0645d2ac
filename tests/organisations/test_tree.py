"""The federation's tree and who sees which part of it."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db.models import QuerySet
from pytest_django import DjangoAssertNumQueries

from backend.accounts.models import Access, User
from backend.notifications.models import Delivery
from backend.organisations.models import Membership, Organisation
from backend.organisations.operations import (
    OrganisationMisplaced,
    add_organisation,
    build_federation,
    move_organisation,
)
from backend.organisations.queries import (
    can_coordinate,
    is_operator,
    scope_paths,
    within,
)
from backend.outbox.models import Event
from backend.places import files
from backend.places.operations import load_divisions
from tests import factories as make
from tests.notifications.post import tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> dict[str, Organisation]:
    city = make.make_organisation(name="市")
    one, two = (
        make.make_organisation(parent=city, name="甲县"),
        make.make_organisation(parent=city, name="乙县"),
    )
    street = make.make_organisation(parent=one, name="甲街")
    return {
        "city": city,
        "one": one,
        "two": two,
        "street": street,
        "village": make.make_organisation(parent=street, name="甲村"),
    }


def test_the_federation_has_four_levels_and_a_unit_without_division() -> None:
    load_divisions(divisions=files.divisions(), today=date(2026, 11, 24))
    city = build_federation()
    # Without 平潭 (7 streets, 222 villages) and what stands in the statistical table only (3
    # streets, 3 villages).
    assert [Organisation.objects.filter(level=n).count() for n in (1, 2, 3, 4)] == [
        1,
        12 + 1,
        186 - 7 - 3,
        3022 - 222 - 3,
    ]
    assert city.children.filter(division__isnull=True).get().name == "高新区妇联"
    village = Organisation.objects.get(division_id="350102001001")
    assert village.path == f"{city.pk}.{village.parent.parent.pk}.{village.parent.pk}.{village.pk}."  # type: ignore[union-attr]
    before = list(Organisation.objects.values())
    build_federation()
    assert list(Organisation.objects.values()) == before


def test_the_command_needs_divisions_and_can_be_repeated(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(CommandError, match="load_places"):
        call_command("load_federation")
    call_command("load_places")
    for _ in range(2):
        call_command("load_federation")
    out = capsys.readouterr().out
    assert "13 counties, 186 streets, 3022 villages (0 retired); 58 calendar days" in out
    assert out.count(" 2,797  村（社区）") == 2


def seen(user: User | AnonymousUser) -> QuerySet[Organisation]:
    return Organisation.objects.filter(within(scope_paths(user)))


def test_a_coordinator_sees_her_part_and_all_below(tree: dict[str, Organisation]) -> None:
    user = make.make_coordinator(organisation=tree["one"])
    assert [o.name for o in seen(user)] == ["甲县", "甲街", "甲村"]
    assert (
        can_coordinate(user, tree["village"])
        and not can_coordinate(user, tree["two"])
        and not can_coordinate(user, tree["city"])
    )


def test_sight_stops_at_the_dot(tree: dict[str, Organisation]) -> None:
    """1.1 is not above 1.14: the prefix ends in a dot."""
    paths = {o.path for o in seen(make.make_coordinator(organisation=tree["one"]))}
    others = [make.make_organisation(parent=tree["city"]) for _ in range(12)]
    assert not paths & {o.path for o in others}
    assert not any(
        can_coordinate(make.make_coordinator(organisation=tree["one"]), o) for o in others
    )


def test_two_memberships_join_and_an_inner_one_adds_nothing(tree: dict[str, Organisation]) -> None:
    user = make.make_coordinator(organisation=tree["one"])
    Membership.objects.create(user=user, organisation=tree["village"], role="coordinator")
    Membership.objects.create(user=user, organisation=tree["two"], role="viewer")
    assert scope_paths(user) == sorted([tree["one"].path, tree["two"].path])
    assert not can_coordinate(user, tree["two"])


def test_nobody_and_an_operator_see_no_organisation(tree: dict[str, Organisation]) -> None:
    operator = make.make_coordinator(organisation=tree["city"], role="operator")
    assert is_operator(operator)
    assert (
        not seen(operator).exists()
        and not seen(AnonymousUser()).exists()
        and not seen(make.make_user()).exists()
    )


def test_scope_costs_two_queries_at_any_size(
    tree: dict[str, Organisation], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = make.make_coordinator(organisation=tree["city"])
    with django_assert_num_queries(2):
        assert len(seen(user)) == 5


def moved(tree: dict[str, Organisation], what: str, under: str, actor: User | None = None) -> None:
    move_organisation(organisation=tree[what], parent=tree[under], actor=actor, now=make.NOW)


def test_a_move_is_written_down_and_told_to_whoever_sees_more_or_less(
    tree: dict[str, Organisation],
) -> None:
    loses, gains = (make.make_coordinator(organisation=tree[one]) for one in ("one", "two"))
    for same in ("city", "street", "village"):
        make.make_coordinator(organisation=tree[same])
    chief = make.make_coordinator(organisation=tree["one"], role="operator")
    moved(tree, "street", "two", actor=chief)
    noted = Access.objects.get()
    assert (noted.user_id, noted.subject) == (chief.pk, f"organisation:{tree['street'].pk}")
    assert noted.reason == f"moved under organisation:{tree['two'].pk}"
    event = Event.objects.get(kind="organisation_moved")
    assert event.payload["users"] == sorted([loses.pk, gains.pk, chief.pk])
    lines = {f"user.{loses.pk}", f"user.{gains.pk}"}  # their open pages ask once more
    lines |= {f"organisation.{tree[one].pk}" for one in ("city", "one", "two", "street")}
    assert lines <= set(event.streams)
    tell()
    told = Delivery.objects.filter(kind="reach_changed").values_list("user_id", flat=True)
    assert set(told) == {loses.pk, gains.pk}


def test_a_move_to_where_it_stands_is_none(tree: dict[str, Organisation]) -> None:
    moved(tree, "street", "one")
    assert Event.objects.count() == Access.objects.count() == 0


def test_moving_takes_everything_below_along(tree: dict[str, Organisation]) -> None:
    moved(tree, "street", "two")
    tree["village"].refresh_from_db()
    assert tree["village"].path == f"{tree['two'].path}{tree['street'].pk}.{tree['village'].pk}."
    assert tree["street"].parent == tree["two"]


def test_a_move_under_itself_or_to_another_level_is_refused(tree: dict[str, Organisation]) -> None:
    for parent in (tree["village"], tree["city"], tree["street"]):
        with pytest.raises(OrganisationMisplaced):
            move_organisation(organisation=tree["street"], parent=parent, actor=None, now=make.NOW)
    assert Event.objects.count() == Access.objects.count() == 0


def test_a_new_organisation_stands_one_level_below(tree: dict[str, Organisation]) -> None:
    row = add_organisation(name="乙街", parent=tree["two"])
    assert (row.level, row.path) == (3, f"{tree['two'].path}{row.pk}.")
