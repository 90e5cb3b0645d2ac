"""The access log tells who did what to which row, and cannot be rewritten."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from backend.accounts import access
from backend.accounts.models import Access
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_an_access_is_noted_with_its_person_row_and_moment() -> None:
    user = make.make_user()
    access.note(user, "read", "child:12", "家长来电", now=make.NOW)
    row = Access.objects.get()
    assert (row.user_id, row.action, row.subject, row.reason, row.at) == (
        user.pk,
        "read",
        "child:12",
        "家长来电",
        make.NOW,
    )


def test_the_system_is_nobody() -> None:
    assert access.note(None, "erase", "family:1").user_id is None


@pytest.mark.parametrize(
    "change", [lambda row: row.delete(), lambda row: Access.objects.update(action="nothing")]
)
def test_the_database_refuses_to_rewrite_it(change) -> None:  # type: ignore[no-untyped-def]
    row = access.note(None, "read", "child:1")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        change(row)
    assert Access.objects.get().action == "read"


NEVER_CHANGED = {
    "accounts_access",
    "harm_harmreport",
    "projects_money",
    "projects_reachentry",
    "proofs_batchline",
    "records_servicerecord",
    "volunteers_agreement",
    "volunteers_agreementversion",
}
# a table that another one refers to is emptied with that one or not at all
AT_ONCE = {
    "records_servicerecord": "records_servicerecord, proofs_batchline",
    "volunteers_agreementversion": "volunteers_agreementversion, volunteers_agreement",
}


@pytest.mark.parametrize("table", sorted(NEVER_CHANGED))
@pytest.mark.parametrize("how", ["TRUNCATE {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_empty_it(table: str, how: str) -> None:
    """Outside of a test and of the demo, which say in their session that they begin anew."""
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL moli.begin_anew = ''")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(how.format(AT_ONCE.get(table, table)))


def test_every_append_only_table_is_never_emptied_either() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal"
        )
        triggers: dict[str, set[str]] = {}
        for table, name in cursor.fetchall():
            triggers.setdefault(table, set()).add(name.removeprefix(f"{table}_"))
    guarded = {table for table, names in triggers.items() if "append_only" in names}
    assert guarded == NEVER_CHANGED
    assert [table for table in guarded if "never_emptied" not in triggers[table]] == []
