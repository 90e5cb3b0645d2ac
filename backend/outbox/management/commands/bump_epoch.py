"""`moli bump-epoch`: once after every restore from a backup, before the web processes
start."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from backend.common import clock
from backend.outbox.operations import begin_epoch


class Command(BaseCommand):
    help = (
        "After a restore: number events from where nobody has been, "
        "so that every open page refreshes."
    )

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"Events go on from {begin_epoch(now=clock.now())}.")
