"""`moli load-programmes`: the federation's programmes with their roles, credentials and kinds
of engagement.

Safe to run again.
"""

from __future__ import annotations

from django.core.management.base import BaseCommand

from backend.programmes import files
from backend.programmes.operations import load_credential_kinds, load_programme


class Command(BaseCommand):
    help = (
        "Load programmes from backend/programmes/data; "
        "existing rows are renewed by code, none is deleted."
    )

    def handle(self, *args: object, **options: object) -> None:
        load_credential_kinds(kinds=files.credentials())
        loaded = [load_programme(data=data).name for data in files.programmes()]
        self.stdout.write(", ".join(loaded))
