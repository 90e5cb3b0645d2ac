"""`moli export-run 31`: the problem of a run as a file that `python -m matching solve` repeats
anywhere."""

from __future__ import annotations

import gzip
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from backend.common.sealing import CannotOpen
from backend.planning.models import Run
from backend.planning.packing import open_problem


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
            raise CommandError(f"run {run} has not read its problem yet, or it was forgotten")
        path = out or Path(f"run-{run}.json")
        try:
            packed = open_problem(row.problem)
        except CannotOpen:
            raise CommandError(f"the key that sealed the problem of run {run} is gone") from None
        path.write_bytes(packed if path.suffix == ".gz" else gzip.decompress(packed))
        self.stdout.write(f"{path}: python -m matching solve {path} --out plan-{run}.json")
