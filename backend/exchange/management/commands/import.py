"""`moli import FILE --table sessions --rota 5 --by NAME --dry-run --json`: a spreadsheet
brought in as on the page 导入导出, with the rights of the coordinator whose name is given.

Without `--dry-run` the rows that can be are written at once. The exit status is 1 when a row has to
be put right, 2 when the file cannot be read.
"""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.access.queries import adds_to
from backend.accounts.models import User
from backend.common import clock
from backend.exchange.models import Import, Outcome
from backend.exchange.operations import confirm_import, drop_import, upload
from backend.exchange.queries import columns_of, rows_shown, tally
from backend.exchange.reading import MOST_ROWS, FileRefused
from backend.exchange.tables import TABLES
from backend.exchange.work import work
from backend.organisations.models import Organisation
from backend.organisations.policy import ACTS
from backend.organisations.queries import scope_paths
from backend.rota.models import Rota
from backend.words import refused


class Command(BaseCommand):
    help = "Bring in a spreadsheet: sessions of a rota, volunteers, certificates, hours."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--table", choices=sorted(TABLES), required=True)
        parser.add_argument("--rota", type=int, help="key of the rota, for sessions")
        parser.add_argument("--by", required=True, help="user name of the coordinator")
        parser.add_argument("--dry-run", action="store_true", help="write nothing")
        parser.add_argument("--json", action="store_true", help="say it as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["by"]).first()
        paths = scope_paths(user, ACTS) if user else []
        if user is None or not paths:
            raise CommandError(f"{options['by']} coordinates nothing")
        batch = self._sent(user, Organisation.objects.get(path=paths[0]), options)
        _worked_on(batch)
        if batch.state == Import.State.UNREADABLE:
            raise CommandError(batch.why, returncode=2)
        found = _found(batch)
        if options["dry_run"]:
            drop_import(batch_id=batch.pk, actor=user, now=clock.now())
        elif tally(batch).to_write:
            confirm_import(batch_id=batch.pk, actor=user, now=clock.now())
            _worked_on(batch)
            found = _found(batch)
        self._say(found, as_json=options["json"])
        if found["wrong"]:
            sys.exit(1)

    def _sent(self, user: User, organisation: Organisation, options: dict[str, Any]) -> Import:
        table = TABLES[options["table"]]
        rota = None
        if table.of_rota:
            rows = Rota.objects.select_related("organisation")
            rota = rows.filter(pk=options["rota"]).first()
            if rota is None or not adds_to(user, rota):
                raise CommandError("--rota names no rota that she may change")
        try:
            return upload(
                table=table.code,
                rota=rota,
                organisation=organisation,
                data=options["file"].read_bytes(),
                file_name=options["file"].name,
                language="zh-hans",
                actor=user,
                now=clock.now(),
            )
        except (OSError, FileRefused) as error:
            said = refused(error) if isinstance(error, FileRefused) else str(error)
            raise CommandError(said, returncode=2) from None

    def _say(self, found: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        counts = ("added", "changed", "same", "wrong", "written")
        self.stdout.write(", ".join(f"{found[name]} {name}" for name in counts))
        for row in found["problems"]:
            for column, sentence in row["said"].items():
                self.stdout.write(f"row {row['row']} {column}: {sentence}")


def _worked_on(batch: Import) -> None:
    """In this process, or waited for where a worker was faster."""
    while True:
        work(batch.pk, clock=clock.now, tell=lambda stream, data: None)
        batch.refresh_from_db()
        if not batch.is_worked_on:
            return
        time.sleep(0.5)


def _found(batch: Import) -> dict[str, Any]:
    """How many rows of each kind, and what is wrong of which."""
    counts = tally(batch)
    columns = columns_of(batch)
    problems = []
    for one in rows_shown(batch, Outcome.WRONG, 0, MOST_ROWS):
        said = {
            column.heading: cell.said
            for column, cell in zip(columns, one.cells, strict=True)
            if cell.said
        }
        if one.said:
            said[""] = one.said
        problems.append({"row": one.row.number, "said": said})
    by_outcome = {str(outcome): counts.by_outcome.get(outcome, 0) for outcome in Outcome}
    touched = {"volunteers": counts.volunteers, "families": counts.families}
    return by_outcome | {"written": counts.written, "touches": touched, "problems": problems}
