"""Which rota is a ledger is said by its row, not by how it is called."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from backend.organisations.models import Organisation
from backend.rota.models import Rota
from backend.rota.queries.templates import newest_rota, rotas_of
from tests.factories import MONDAY, make_organisation, make_rota, make_session

pytestmark = pytest.mark.django_db
LEDGER = "结对记录"
# how it is called, its state, where its session is → its kind
ROTAS = [
    (LEDGER, "closed", "for_pair", "pairs"),
    ("结对记录 2026", "closed", "for_pair", "pairs"),
    (LEDGER, "closed", None, "pairs"),  # its visit was moved to other weeks
    (LEDGER, "closed", "", "ordinary"),
    (LEDGER, "draft", None, "ordinary"),
    (LEDGER, "published", "", "ordinary"),
    ("12 月排班", "closed", None, "ordinary"),
]


def test_after_an_upgrade_each_has_the_kind_that_it_was_used_as() -> None:
    made = {}
    for name, state, home, kind in ROTAS:
        rota = make_rota(name=name, state=state)
        if home is not None:
            make_session(rota=rota, home=home)
        made[rota.pk] = kind
    Rota.objects.update(kind="ordinary")
    import_module("backend.rota.migrations.0016_kind_of_a_rota").fill(apps, None)
    assert dict(Rota.objects.values_list("pk", "kind")) == made


@pytest.mark.parametrize(
    ("name", "state", "kind"),
    [
        (LEDGER, "closed", "pairs"),
        (LEDGER, "draft", "ordinary"),
        ("12 月排班", "closed", "ordinary"),
    ],
)
def test_a_version_that_knows_no_kinds_begins_ledgers_all_the_same(
    name: str, state: str, kind: str
) -> None:
    """While an upgrade is under way the webs of the version before still work."""
    rota = make_rota(name=name, state=state)
    assert Rota.objects.get(pk=rota.pk).kind == kind


def test_nothing_new_begins_from_a_ledger() -> None:
    organisation = make_organisation()
    rota = make_rota(organisation=organisation)
    make_rota(
        organisation=organisation,
        starts_on=MONDAY + timedelta(weeks=4),
        state="closed",
        kind="pairs",
    )
    assert newest_rota(organisation) == rota
    assert list(rotas_of(Organisation.objects.all())) == [rota]
