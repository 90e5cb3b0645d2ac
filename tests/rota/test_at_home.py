"""Which session is at a family's home is said by its row, not by how its group is called."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from backend.rota.models import Session
from backend.rota.policy import is_at_home, is_visit
from backend.rota.states import AtHome
from tests.factories import make_session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("home", "at_home", "visit"),
    [
        (AtHome.NOWHERE, False, False),
        (AtHome.VISIT, True, True),
        (AtHome.PAIR, True, False),
        (AtHome.PLANNED, True, False),
    ],
)
def test_its_row_says_whether_it_is_at_a_home(home: str, at_home: bool, visit: bool) -> None:
    session = make_session(group="home-7")
    session.home = home
    assert (is_at_home(session), is_visit(session)) == (at_home, visit)


def test_a_version_that_knows_no_such_column_plans_visits_all_the_same() -> None:
    """While an upgrade is under way the webs of the version before still work."""
    named = {"home-7": "for_visit", "home-pair-3": "for_pair", "visit-1": "", "": ""}
    made = {make_session(group=group).pk: home for group, home in named.items()}
    assert dict(Session.objects.filter(pk__in=made).values_list("pk", "home")) == made


def test_after_an_upgrade_each_has_what_its_group_was_called_for() -> None:
    named = {"home-7": "for_visit", "home-pair-3": "for_pair", "visit-1": "", "": ""}
    made = {make_session(group=group).pk: home for group, home in named.items()}
    Session.objects.update(home="")
    import_module("backend.rota.migrations.0013_session_at_home").fill(apps, None)
    assert dict(Session.objects.values_list("pk", "home")) == made
