"""`moli load-fuzhou --scale full|county|small --seed N`: a demo city of invented people on
Fuzhou's real map."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from backend.common import clock
from backend.common.append_only import BEGIN_ANEW
from backend.demo import queries
from backend.demo.operations import NotEmpty, load_city
from backend.demo.scales import SCALES

KEPT = ("backend.outbox", "backend.common")  # events go on, and who runs is still there


class Command(BaseCommand):
    help = (
        "Load the demo city into empty tables (--replace empties them first). Only with DEMO=True."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", choices=list(SCALES), default="county")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--replace", action="store_true", help="drop everything that is in the database now"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "The demo city is only loaded with DEMO=True: it must never meet real people's "
                "data."
            )
        began = time.monotonic()
        if options["replace"]:
            _empty()
        try:
            load_city(scale=SCALES[options["scale"]], seed=options["seed"], now=clock.now())
        except NotEmpty:
            self.stdout.write("There is a city already; --replace makes a new one.")
            return
        if not options["verbosity"]:
            return
        for line in queries.totals():
            self.stdout.write(f"{line.count:>9,}  {line.what}")
        self.stdout.write(f"Loaded in {time.monotonic() - began:.1f} s.")


def _empty() -> None:
    """Empty every table of ours (TRUNCATE, because append-only tables refuse DELETE) and end every
    sign-in, whose ids mean others soon.

    The event log stays: running processes and open pages go on from its newest number.
    """
    labels = [app.rsplit(".", 1)[-1] for app in settings.OUR_APPS if app not in KEPT]
    ours = [
        model._meta.db_table
        for label in labels
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BEGIN_ANEW)
        cursor.execute(
            f"TRUNCATE django_session, {', '.join(sorted(ours))} RESTART IDENTITY CASCADE"
        )
