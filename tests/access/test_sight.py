"""Which rotas and sessions someone sees and which she may change, asked of the database and of rows
in hand."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from backend.access import queries as access
from backend.access.policy import sight_of
from backend.access.refusals import NotHers, NotSeen
from backend.accounts.models import User
from backend.organisations.models import Membership, Organisation
from backend.rota.models import Rota, Session
from tests.factories import (
    make_coordinator,
    make_division,
    make_organisation,
    make_rota,
    make_session,
    make_venue,
)

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Tree:
    """A city, two counties, two streets of the first, two villages of the first street; a rota of
    each with a session in the first street; one more of the second county, run together with the
    first village."""

    organisations: dict[str, Organisation]
    rotas: dict[str, Rota]
    sessions: dict[str, Session]

    def someone(self, name: str, role: str = "coordinator") -> User:
        return make_coordinator(organisation=self.organisations[name], role=role)


AT = {
    "city": (None, None),
    "county": ("city", "350102"),
    "county2": ("city", "350103"),
    "street": ("county", "350102001"),
    "street2": ("county", "350102002"),
    "village": ("street", "350102001001"),
    "village2": ("street", "350102001002"),
    "far": ("street2", "350102002001"),
}


@pytest.fixture
def tree() -> Tree:
    organisations: dict[str, Organisation] = {}
    for name, (parent, code) in AT.items():
        organisations[name] = make_organisation(
            parent=organisations[parent] if parent else None,
            division=make_division(code=code) if code else None,
        )
    venue = make_venue(street=make_division(code="350102001"))
    rotas, sessions = {}, {}
    for name, organisation in organisations.items():
        rotas[name] = make_rota(organisation=organisation, state="draft")
        sessions[name] = make_session(rota=rotas[name], venue=venue)
    sessions["joint"] = make_session(rota=rotas["county2"], venue=venue)
    sessions["joint"].organisers.add(organisations["village"])
    return Tree(organisations, rotas, sessions)


# whose rota × who looks: the sessions lie all in the first street
SEEN = {
    "city": set(AT) | {"joint"},
    "county": {"city", "county", "street", "street2", "village", "village2", "far", "joint"},
    "county2": {"county2", "joint"},
    "street": {"city", "county", "street", "village", "village2", "joint"},
    "street2": {"street2", "far"},
    "village": {"city", "county", "street", "village", "joint"},
    "village2": {"city", "county", "street", "village2"},
    "far": {"far"},
}


@pytest.mark.parametrize("name", AT)
@pytest.mark.parametrize("role", ["coordinator", "viewer", "officer"])
def test_who_sees_which_session(tree: Tree, name: str, role: str) -> None:
    """Neighbours in one street see nothing of each other; a draft is no more secret from above, and
    no less from beside."""
    user = tree.someone(name, role)
    by_number: set[str] = set()
    for key, session in tree.sessions.items():
        try:
            access.session_seen(user, session.pk)
        except NotSeen:
            continue
        by_number.add(key)
    assert by_number == SEEN[name]
    shown = set(access.sessions_seen(user, *tree.rotas.values()).values_list("pk", flat=True))
    assert shown == {tree.sessions[key].pk for key in SEEN[name]}


@pytest.mark.parametrize("name", AT)
def test_a_row_in_hand_is_judged_as_the_database_judges(tree: Tree, name: str) -> None:
    organisation = tree.organisations[name]
    sight = sight_of([(organisation.path, organisation.division_id, organisation.level)])
    found = set()
    for key, session in tree.sessions.items():
        assert session.venue is not None
        joint = [row.path for row in session.organisers.all()]
        path = session.rota.organisation.path
        if sight.session(path, session.county_code, session.venue.street_id or "", joint):
            found.add(key)
    assert found == SEEN[name]


@pytest.mark.parametrize("name", AT)
def test_every_address_of_a_session_says_the_same(tree: Tree, name: str) -> None:
    """404 as for a missing row, to a reader and to a writer, whatever the address."""
    client = Client()
    client.force_login(tree.someone(name))
    for key, session in tree.sessions.items():
        for page in ("session", "lineups_fragment", "edit_session", "cancel_session", "ask"):
            address = reverse(f"coordinator:{page}", args=[session.pk])
            asked = {client.get(address).status_code, client.post(address).status_code}
            answers = asked - {405}  # what is only read says so to everybody alike
            assert (404 in answers) == (key not in SEEN[name]), (key, page, answers)
            assert key in SEEN[name] or answers == {404}, (key, page, answers)


def test_two_roles_do_not_lend_each_other_their_areas(tree: Tree) -> None:
    """In the first county's rota she sees what lies in her village there, not what the second
    county, where she has a role too, has to do with."""
    user = tree.someone("village")
    Membership.objects.create(user=user, organisation=tree.organisations["county2"], role="viewer")
    elsewhere = make_session(
        rota=tree.rotas["county"],
        county_code="350103",
        venue=make_venue(street=make_division(code="350103001")),
    )
    with pytest.raises(NotSeen):
        access.session_seen(user, elsewhere.pk)


def test_at_a_familys_home_it_is_the_county_that_sees_it(tree: Tree) -> None:
    at_home = make_session(rota=tree.rotas["city"], venue=None)
    assert access.session_seen(tree.someone("county"), at_home.pk) == at_home
    with pytest.raises(NotSeen):
        access.session_seen(tree.someone("street"), at_home.pk)


@pytest.mark.parametrize(
    ("name", "role", "sees"),
    [
        ("county", "coordinator", True),
        ("county", "officer", True),
        ("city", "coordinator", True),
        ("county", "viewer", False),
        ("city", "viewer", False),
        ("street", "coordinator", False),
    ],
)
def test_the_ledger_of_pairs_is_seen_with_the_pairs(
    tree: Tree, name: str, role: str, sees: bool
) -> None:
    ledger = tree.rotas["county"]
    user = tree.someone(name, role)
    assert access.sees_rota(user, ledger)
    ledger.kind = Rota.Kind.PAIRS
    ledger.save()
    assert access.rotas_seen(user).filter(pk=ledger.pk).exists() is sees
    assert access.sees_rota(user, ledger) is sees
    assert access.rotas_seen(user).exists()


def test_an_operator_oversees_no_rota(tree: Tree) -> None:
    operator = tree.someone("city", "operator")
    assert list(access.rotas_seen(operator)) == []
    with pytest.raises(NotSeen):
        access.session_seen(operator, tree.sessions["city"].pk)


def test_who_sees_and_may_not_change_is_told_apart_from_who_does_not_see(tree: Tree) -> None:
    with pytest.raises(NotHers):
        access.rota_to_change(tree.someone("village"), tree.rotas["county"].pk)
    with pytest.raises(NotHers):
        access.session_to_change(tree.someone("county", "viewer"), tree.sessions["county"].pk)
    with pytest.raises(NotSeen):
        access.rota_to_change(tree.someone("village"), tree.rotas["village2"].pk)
    joint = tree.sessions["joint"]
    assert access.session_to_change(tree.someone("village"), joint.pk) == joint
    with pytest.raises(NotSeen):
        access.rota_seen(tree.someone("village"), tree.rotas["county2"].pk)


@pytest.mark.parametrize("count", [1, 3])
def test_many_rotas_cost_one_statement(
    tree: Tree, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = tree.someone("village")
    access.sight(user)
    rotas = list(tree.rotas.values())[:count]
    with django_assert_num_queries(1):
        list(access.sessions_seen(user, *rotas))
