"""An import is done wholly and once, whatever happens to its workers."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from backend.exchange import work as working
from backend.exchange.models import Import, ImportFile, ImportRow
from backend.exchange.operations import (
    KEPT_DAYS,
    ImportOver,
    confirm_import,
    drop_import,
    forget_imports,
    sweep_imports,
)
from backend.exchange.work import work
from backend.outbox.models import Event
from backend.rota.models import Session
from tests.exchange.desk import book, bring, confirm, told
from tests.exchange.test_sessions import HEAD, Stage
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DAYS = [f"2026-12-{day:02d}" for day in range(7, 11)]


def four(stage: Stage) -> Import:
    rows = [stage.row(id="", day=day) for day in DAYS]
    return bring(book([HEAD, *rows]), stage.user, "sessions", stage.rota)


def test_a_worker_that_dies_leaves_whole_rows_and_the_next_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage()
    batch = four(stage)
    confirm_import(batch_id=batch.pk, actor=stage.user, now=NOW)
    calls = {"n": 0}
    written = working.operations.write_row

    def dies_at_the_third(**options: Any) -> None:
        calls["n"] += 1
        if calls["n"] == 3:
            raise OperationalError("the connection is gone")
        written(**options)

    monkeypatch.setattr(working.operations, "write_row", dies_at_the_third)
    work(batch.pk, clock=lambda: NOW, tell=told)
    assert Session.objects.count() == 3
    assert batch.rows.filter(written_at__isnull=False).count() == 2
    later = NOW + timedelta(minutes=1)
    assert sweep_imports(now=later) == 1
    assert Event.objects.latest("pk").kind == "import_called_again"
    work(batch.pk, clock=lambda: later, tell=told)
    batch.refresh_from_db()
    assert (batch.state, batch.rows_written, Session.objects.count()) == ("done", 4, 5)


def test_writing_again_what_is_written_does_nothing() -> None:
    stage = Stage()
    batch = confirm(four(stage))
    Import.objects.update(state=Import.State.CONFIRMED)
    work(batch.pk, clock=lambda: NOW, tell=told)
    batch.refresh_from_db()
    assert (batch.state, batch.rows_written, Session.objects.count()) == ("done", 4, 5)


def test_a_file_that_takes_workers_down_is_given_up() -> None:
    stage = Stage()
    batch = four(stage)
    Import.objects.update(state=Import.State.UPLOADED, attempt=4)
    ImportFile.objects.create(of=batch, data=b"x")
    work(batch.pk, clock=lambda: NOW, tell=told)
    batch.refresh_from_db()
    assert (batch.state, batch.rows.count()) == ("unreadable", 0)
    assert batch.why.startswith("看这个文件时中断了几次")


def test_an_error_in_one_row_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    batch = four(stage)
    written = working.operations.write_row

    def breaks(*, row: ImportRow, **options: Any) -> None:
        if row.number == 3:
            raise ZeroDivisionError
        written(row=row, **options)

    monkeypatch.setattr(working.operations, "write_row", breaks)
    assert confirm(batch).rows_written == 3
    wrong = batch.rows.get(outcome="wrong")
    assert (wrong.number, json.loads(wrong.said or "")[""][:5]) == (3, "出了意外，")


def test_what_was_staged_is_forgotten_and_who_did_it_is_not() -> None:
    stage = Stage()
    done = confirm(four(stage))
    waiting = four(stage)
    assert forget_imports(now=NOW + timedelta(days=KEPT_DAYS - 1)) == 0
    assert forget_imports(now=NOW + timedelta(days=KEPT_DAYS + 1)) == 2
    assert not ImportRow.objects.exists()
    done.refresh_from_db()
    waiting.refresh_from_db()
    assert (done.state, done.rows_written, waiting.state) == ("done", 4, "dropped")


def test_the_file_itself_is_gone_as_soon_as_it_was_read() -> None:
    stage = Stage()
    four(stage)
    assert not ImportFile.objects.exists()


def test_what_is_written_cannot_be_put_aside() -> None:
    stage = Stage()
    batch = confirm(four(stage))
    with pytest.raises(ImportOver):
        drop_import(batch_id=batch.pk, actor=stage.user, now=NOW)


def run(stage: Stage, file: Path, *more: str) -> str:
    out = io.StringIO()
    options = ["--table", "sessions", "--rota", str(stage.rota.pk), "--by", stage.user.username]
    call_command("import", str(file), *options, *more, stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("stopped_clock")
def test_the_command_says_the_same_as_the_page(tmp_path: Path, settings: Any) -> None:
    stage = Stage()
    file = tmp_path / "sessions.xlsx"
    file.write_bytes(book([HEAD, stage.row(title="另一场")]))
    said = json.loads(run(stage, file, "--dry-run", "--json"))
    assert (said["changed"], said["written"], said["problems"]) == (1, 0, [])
    assert Session.objects.get().title != "另一场"
    assert run(stage, file) == "0 added, 1 changed, 0 same, 0 wrong, 1 written\n"
    assert Session.objects.get().title == "另一场"


def test_the_command_ends_with_what_is_wrong(tmp_path: Path) -> None:
    stage = Stage()
    file = tmp_path / "sessions.csv"
    file.write_bytes("编号\n坏".encode("gb18030"))
    with pytest.raises(SystemExit) as ended:
        run(stage, file)
    assert ended.value.code == 1
    file.write_bytes(b"%PDF\0")
    with pytest.raises(CommandError, match="这不是表格"):
        run(stage, file)
