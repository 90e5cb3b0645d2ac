"""What colleagues note about a volunteer."""

from __future__ import annotations

import pytest
from django.db import connection

from backend.volunteers.models import Remark
from backend.volunteers.operations import DataErased, RemarkEmpty, write_remark
from tests.factories import NOW, make_user, make_volunteer

pytestmark = pytest.mark.django_db


def test_a_remark_is_kept_sealed_with_who_wrote_it() -> None:
    her = make_volunteer()
    me = make_user()
    write_remark(volunteer_id=her.pk, text=" 下午  好找她 ", actor=me, now=NOW)
    remark = Remark.objects.get()
    assert (remark.volunteer, remark.author, remark.at, remark.text) == (
        her,
        me,
        NOW,
        "下午 好找她",
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM volunteers_remark")
        assert "下午".encode() not in bytes(cursor.fetchone()[0])


def test_an_empty_remark_is_none() -> None:
    with pytest.raises(RemarkEmpty):
        write_remark(volunteer_id=make_volunteer().pk, text=" ", actor=make_user(), now=NOW)
    assert Remark.objects.count() == 0


def test_nothing_is_noted_about_who_erased_her_data() -> None:
    her = make_volunteer(erased_at=NOW)
    with pytest.raises(DataErased):
        write_remark(volunteer_id=her.pk, text="好找她", actor=make_user(), now=NOW)
    assert Remark.objects.count() == 0
