"""Brings the database up to date and fills an empty one with the demo city: `python -m
backend.launcher.prepare URL`.

A process of its own, run once per start, so that the launcher itself stays free of Django. Prints
the sign-in lines.
"""

from __future__ import annotations

import gc
import os
import sys
import time

import django
from django.core.management import call_command

SCALE = "county"
SEED = "1"


def main(url: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    gc.disable()  # a short life that only builds up: looking for garbage took a sixth of it
    began = time.monotonic()
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    _say("tables", began)
    from backend.volunteers.models import Volunteer

    if not Volunteer.objects.exists():
        began = time.monotonic()
        call_command("load_fuzhou", scale=SCALE, seed=SEED, verbosity=0)
        _say("demo city", began)
    call_command("demo_links", base=url)


def _say(step: str, began: float) -> None:
    print(f"  {step:<12}{time.monotonic() - began:5.1f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
