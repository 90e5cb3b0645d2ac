"""Sealed fields: never in clear in the database, bound to their row, searchable only by a keyed
hash."""

from __future__ import annotations

import pytest
from django.db import connection

from backend.common.sealing import CannotOpen, blind_index
from backend.families.models import Child, Family
from backend.places.models import Division

pytestmark = pytest.mark.django_db


@pytest.fixture
def family() -> Family:
    street = Division.objects.create(code="350102001", name="鼓东街道", kind="街道")
    return Family.objects.create(
        number="F1", phone="13800000000", street=street, latitude=26.0, longitude=119.3
    )


def raw(table: str, column: str, pk: int) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [pk])
        return bytes(cursor.fetchone()[0])


def test_a_sealed_value_reads_back_and_is_not_in_clear(family: Family) -> None:
    child = Child.objects.create(family=family, nickname="小葡萄", birth_month="2025-03")
    assert Child.objects.get(pk=child.pk).nickname == "小葡萄"
    stored = raw("families_child", "nickname", child.pk)
    assert stored.startswith(b"k1:") and "小葡萄".encode() not in stored


def test_bulk_created_rows_are_sealed_each_to_its_own_id(family: Family) -> None:
    Child.objects.bulk_create(
        [Child(family=family, nickname=f"孩子{n}", birth_month="2025-01") for n in range(3)]
    )
    assert sorted(c.nickname for c in Child.objects.all()) == ["孩子0", "孩子1", "孩子2"]


def test_a_value_moved_to_another_row_does_not_open(family: Family) -> None:
    one = Child.objects.create(family=family, nickname="甲", birth_month="2025-01")
    two = Child.objects.create(family=family, nickname="乙", birth_month="2025-01")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE families_child SET nickname = %s WHERE id = %s",
            [raw("families_child", "nickname", one.pk), two.pk],
        )
    with pytest.raises(CannotOpen):
        _ = Child.objects.get(pk=two.pk).nickname


def test_a_value_that_a_query_left_out_is_fetched_when_it_is_asked_for(family: Family) -> None:
    again = Family.objects.defer("phone").get(pk=family.pk)
    assert (again.phone, again.get_deferred_fields()) == ("13800000000", set())


def test_saving_a_row_that_was_not_opened_keeps_its_ciphertext(family: Family) -> None:
    before = raw("families_family", "phone", family.pk)
    again = Family.objects.get(pk=family.pk)
    again.max_travel = 10
    again.save()
    assert raw("families_family", "phone", family.pk) == before


def test_a_sealed_field_refuses_update_and_filter(family: Family) -> None:
    with pytest.raises(TypeError):
        Family.objects.filter(pk=family.pk).update(phone="13900000000")


def test_a_blind_index_depends_on_value_and_purpose() -> None:
    assert blind_index("1", "phone") == blind_index("1", "phone")
    assert (
        len({blind_index("1", "phone"), blind_index("1", "identity"), blind_index("2", "phone")})
        == 3
    )
