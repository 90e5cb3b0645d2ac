"""`moli audit-report --year 2026`: the numbers of a year's handling of children's data, for
the report that is due by the end of January."""

from __future__ import annotations

import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from backend.common import clock
from backend.common.clock import local_day
from backend.rights.audit import yearly


class Command(BaseCommand):
    help = "Print a year of consents, accesses, exports and erasures as JSON; nobody is named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, help="default: the year before this one")

    def handle(self, *args: object, year: int | None, **options: object) -> None:
        last = local_day(clock.now()).year - 1
        self.stdout.write(json.dumps(yearly(year or last), ensure_ascii=False, indent=2))
