"""What leaves a case: a number. Its words are sealed with keys of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from backend.cases.models import CareCase, CaseNote, CaseParty
from backend.cases.operations import close_case, tell_case_meeting
from backend.common import sealing
from backend.common.operations import keys_in_use
from backend.common.sealing import CannotOpen
from backend.outbox.models import Event
from tests.cases.scene import ABOUT, AN_HOUR, PHONE, SEALED, SHE, WROTE, Office, hers, office
from tests.factories import NOW, make_coordinator, make_family

pytestmark = pytest.mark.django_db
NEW = "c2:" + "bmV3IGtleSBmb3IgYSB0ZXN0IG9mIDMyIGJ5dGVzISE="


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    sealing._keys.cache_clear()
    yield
    sealing._keys.cache_clear()


@pytest.fixture
def here() -> Office:
    return office()


def use(settings: Any, *keys: str) -> None:
    settings.CASE_KEYS = list(keys)
    sealing._keys.cache_clear()


def whole(here: Office) -> CareCase:
    """Everything that can happen has."""
    helper = here.held()
    tell_case_meeting(began_at=NOW, minutes=60, now=NOW + AN_HOUR, **hers(helper))
    return close_case(case_id=helper.case_id, outcome="settled", actor=here.officer, now=NOW)


def everything() -> str:
    """All rows of all tables, as they stand in the database."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if not model._meta.managed or model._meta.proxy:
                continue
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT coalesce(string_agg(to_jsonb(t)::text, ''), '') FROM {table} t")
            found.append(cursor.fetchone()[0])
    return "".join(found)


def test_no_table_says_in_clear_what_is_in_a_case(here: Office) -> None:
    whole(here)
    said = everything()
    assert "个案 " in said  # that is what leaves
    for text in SEALED:
        assert text not in said
        assert text.encode().hex() not in said


def test_what_others_read_of_it_is_a_number(here: Office) -> None:
    case = whole(here)
    above = here.organisation.parent
    assert above is not None
    boss = Client()
    boss.force_login(make_coordinator(organisation=above))
    for page in ("today", "rotas", "hours", "reports", "messages", "pairs", "cases", "volunteers"):
        answer = boss.get(reverse(f"coordinator:{page}"))
        assert answer.status_code == 200
        for text in SEALED:
            assert text not in answer.content.decode(), page
    found = boss.get(reverse("coordinator:volunteers"), {"q": PHONE}).content.decode()
    assert SHE not in found
    for event in Event.objects.filter(kind__startswith="case_"):
        assert set(event.payload) <= {"case", "helper", "volunteer", "v"}, event.payload
    assert case.pk


def test_the_keys_of_everything_else_open_no_case(here: Office, settings: Any) -> None:
    whole(here)
    use(settings, NEW)
    for row, name in (
        (CareCase.objects.get(), "about"),
        (CaseParty.objects.first(), "name"),
        (CaseNote.objects.first(), "words"),
    ):
        with pytest.raises(CannotOpen):
            getattr(row, name)
    assert keys_in_use("CASE_KEYS").keys() == {"c1"}
    make_family(phone="13900139000")
    assert keys_in_use().keys() == {"k1"}


def test_its_keys_are_changed_by_themselves(
    here: Office, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    whole(here)
    make_family(phone="13900139000")
    old = settings.CASE_KEYS[0]
    before = keys_in_use("CASE_KEYS")["c1"]
    use(settings, NEW, old)
    call_command("rotate_keys", batch=2)
    said = capsys.readouterr().out
    assert f"key of CASE_KEYS c2 (first): {before} values" in said and "key k1 (first)" in said
    use(settings, NEW)
    assert keys_in_use("CASE_KEYS") == {"c2": before} and keys_in_use().keys() == {"k1"}
    assert (CareCase.objects.get().about, CaseNote.objects.get().words) == (ABOUT, WROTE)


def test_where_there_are_no_keys_of_cases_the_others_are_changed_all_the_same(
    settings: Any,
) -> None:
    use(settings)
    make_family(phone="13900139000")
    call_command("rotate_keys", verbosity=0)
    assert keys_in_use().keys() == {"k1"}
