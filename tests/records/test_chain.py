"""Whatever is done to the hours past the application is found, by the chain or by the heads of a
night."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from backend.records.heads import Fault, faults, write_heads
from backend.records.models import ServiceRecord
from backend.records.operations import correct_hours
from tests.factories import at
from tests.records.scene import LATER, Day, make_day

pytestmark = pytest.mark.django_db
TABLE = "records_servicerecord"


def sql(statement: str, *values: object) -> None:
    """As somebody who owns the table, and lifts what guards it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
        cursor.execute(statement, list(values))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")


def three_rows() -> Day:
    """60, -60 and 45 minutes."""
    day = make_day()
    day.served(60)
    correct_hours(
        assignment_id=day.helper.pk, minutes=45, reason="晚到", actor=day.second, now=LATER
    )
    return day


def found(folder: Path, day: Day) -> list[tuple[str, int]]:
    said = list(faults(folder))
    assert {fault.volunteer for fault in said} <= {day.her.pk}
    return [(fault.what, fault.number) for fault in said]


def test_what_was_written_is_as_it_was(tmp_path: Path) -> None:
    day = three_rows()
    write_heads(folder=tmp_path, now=LATER)
    assert found(tmp_path, day) == []
    out = StringIO()
    call_command("verify_records", folder=str(tmp_path), stdout=out)
    assert out.getvalue() == "all hours of service are as they were written\n"


@pytest.mark.parametrize(
    "change",
    [
        "minutes = minutes + 1",
        "note = 'x'",
        "recorded_at = recorded_at + interval '1 second'",
        "recorded_by_id = 1",
        "word_by_id = NULL",
    ],
)
def test_a_changed_row_is_found(tmp_path: Path, change: str) -> None:
    day = three_rows()
    sql(f"UPDATE {TABLE} SET {change} WHERE number = 1")
    assert found(tmp_path, day) == [("changed", 1)]
    with pytest.raises(CommandError):
        call_command("verify_records", folder=str(tmp_path), stdout=StringIO())


def test_a_row_taken_out_of_the_middle_is_found(tmp_path: Path) -> None:
    day = make_day()
    day.served(60)
    sql(f"UPDATE {TABLE} SET number = 2 WHERE number = 1")
    assert found(tmp_path, day) == [("gone", 1), ("changed", 2)]


def test_a_deleted_row_is_found(tmp_path: Path) -> None:
    day = three_rows()
    sql(f"UPDATE {TABLE} SET reverses_id = NULL, minutes = 60 WHERE number = 2")
    sql(f"DELETE FROM {TABLE} WHERE number = 1")
    assert ("gone", 1) in found(tmp_path, day)


def test_the_end_of_a_chain_is_missed_by_the_heads_alone(tmp_path: Path) -> None:
    day = three_rows()
    write_heads(folder=tmp_path, now=LATER)
    sql(f"DELETE FROM {TABLE} WHERE number = 3")
    assert found(tmp_path / "elsewhere", day) == []
    assert found(tmp_path, day) == [("cut", 3)]


def test_an_emptied_table_is_found(tmp_path: Path) -> None:
    day = three_rows()
    write_heads(folder=tmp_path, now=LATER)
    sql(f"DELETE FROM {TABLE}")
    assert found(tmp_path, day) == [("cut", 3)]


def test_a_row_put_in_past_the_application_is_found(tmp_path: Path) -> None:
    """Without INDEX_KEY nobody makes a digest that fits."""
    day = three_rows()
    sql(
        f"INSERT INTO {TABLE} (volunteer_id, session_id, organiser_id, minutes, recorded_at, note, "
        "number, previous, digest) SELECT volunteer_id, session_id, organiser_id, 600, "
        f"recorded_at, '', 4, digest, digest FROM {TABLE} WHERE number = 3"
    )
    assert found(tmp_path, day) == [("changed", 4)]


def test_a_chain_written_anew_with_another_past_differs_from_the_file(tmp_path: Path) -> None:
    """Even whoever has the key and rewrites a whole chain is found by what was put away before."""
    day = make_day()
    day.served(60)
    file = write_heads(folder=tmp_path, now=LATER)
    file.write_text(f"{day.her.pk} 1 {'0' * 64}\n")
    assert list(faults(tmp_path)) == [Fault("changed", day.her.pk, 1)]


@pytest.mark.parametrize(
    "spoilt", [b"x", b"1 2", b"a b c", b"1 1 " + b"z" * 64, b"\xff\xfe\x00", b"1\x001 x", b"\r"]
)
def test_a_line_of_the_heads_that_cannot_be_read_is_named_and_hides_nothing(
    tmp_path: Path, spoilt: bytes
) -> None:
    day = three_rows()
    file = write_heads(folder=tmp_path, now=LATER)
    file.write_bytes(spoilt + b"\n" + file.read_bytes())
    sql(f"DELETE FROM {TABLE} WHERE number = 3")
    assert list(faults(tmp_path)) == [
        Fault("unreadable", 0, 1, file.name),
        Fault("cut", day.her.pk, 3),
    ]
    out = StringIO()
    with pytest.raises(CommandError, match="2 rows or heads are not as they were written"):
        call_command("verify_records", folder=str(tmp_path), stdout=out)
    assert f"{file.name}, line 1: cannot be read\n" in out.getvalue()


def test_the_heads_of_two_months_and_of_each_first_are_kept(tmp_path: Path) -> None:
    three_rows()
    for day in ("2026-09-01", "2026-09-02", "2026-10-05", "2026-10-06"):
        (tmp_path / f"heads-{day}.txt").write_text("")
    file = write_heads(folder=tmp_path, now=at("2026-12-05 03:30"))
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "heads-2026-09-01.txt",
        "heads-2026-10-06.txt",
        "heads-2026-12-05.txt",
    ]
    assert len(file.read_text().splitlines()) == 1


def test_the_night_belongs_to_the_day_in_the_city(tmp_path: Path) -> None:
    three_rows()
    midnight = at("2026-12-31 00:00")
    assert write_heads(folder=tmp_path, now=midnight).name == "heads-2026-12-31.txt"
    before = midnight - timedelta(seconds=1)
    assert write_heads(folder=tmp_path, now=before).name == "heads-2026-12-30.txt"
    assert ServiceRecord.objects.count() == 3


@pytest.mark.parametrize("_turn", [1, 2])
def test_what_one_night_wrote_is_not_held_against_the_next_test(_turn: int) -> None:
    folder = settings.HEADS_FOLDER
    assert not folder.exists()
    write_heads(folder=folder, now=LATER)
    assert folder.exists()
