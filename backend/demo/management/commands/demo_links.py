"""`moli demo-links --base http://127.0.0.1:8000`: where to sign in as whom, one line each."""

from __future__ import annotations

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from backend.demo.people import PEOPLE


class Command(BaseCommand):
    help = "Print the demo's one-click sign-ins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--base", default="http://127.0.0.1:8000")

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("There are no demo sign-ins without DEMO=True.")
        base = str(options["base"]).rstrip("/")
        for person in PEOPLE:
            side = person.side + "\u3000" * (
                8 - len(person.side)
            )  # full-width blanks: the addresses stand in one column
            self.stdout.write(f"  {side}{base}{reverse('demo_sign_in', args=[person.key])}")
