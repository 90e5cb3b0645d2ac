"""The access log tells who did what to which row, and cannot be rewritten."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

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
