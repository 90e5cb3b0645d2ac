"""`manage.py export_run 31`: the problem of a run as a file that `python -m matching solve` repeats
anywhere."""

from __future__ import annotations

import gzip
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from backend.planning.models import Run


class Command(BaseCommand):
    help = (
        "Write the problem of a solver run as matching-problem/1 "
        "(JSON; gzip where the name ends in .gz)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", type=int, help="number of the run")
        parser.add_argument("--out", type=Path, help="file to write (default: run-N.json)")

    def handle(self, *args: object, run: int, out: Path | None, **options: object) -> None:
        row = Run.objects.filter(pk=run).only("problem").first()
        if row is None:
            raise CommandError(f"there is no run {run}")
        if row.problem is None:
            raise CommandError(f"run {run} has not read its problem yet")
        path = out or Path(f"run-{run}.json")
        path.write_bytes(
            bytes(row.problem) if path.suffix == ".gz" else gzip.decompress(row.problem)
        )
        self.stdout.write(f"{path}: python -m matching solve {path} --out plan-{run}.json")
