"""`moli verify-records`: whether the hours of service are as they were written. A row that was
changed, removed or put in past the application, a table that was emptied, and a line of the heads
that cannot be read, is named; the command ends with 1 then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.records.heads import faults

WHAT = {
    "changed": "was changed",
    "inserted": "does not follow the row before it",
    "gone": "is gone",
    "cut": "is gone, and was there when the heads were written down",
    "unreadable": "cannot be read",
}


class Command(BaseCommand):
    help = "Compare all hours of service with their chains and with the heads of earlier nights."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", help="where the heads are, if not in HEADS_FOLDER")

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for fault in faults(Path(options["folder"] or settings.HEADS_FOLDER)):
            found += 1
            where = f"volunteer {fault.volunteer}, row {fault.number} of her chain"
            if fault.file:
                where = f"{fault.file}, line {fault.number}"
            self.stdout.write(f"{where}: {WHAT[fault.what]}")
        if found:
            raise CommandError(f"{found} rows or heads are not as they were written")
        self.stdout.write("all hours of service are as they were written")
