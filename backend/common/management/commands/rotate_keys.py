"""`moli rotate-keys`: seal every sealed value with the first key of FIELD_KEYS, what is said
in cases with that of CASE_KEYS. May be stopped and run again at any time.

To change keys: put the new one behind the old one in its setting and restart, so that all can open
what it seals; put it in front and restart; run this; take the old one out when it is no longer
listed; restart. INDEX_KEY is not rotated: it finds, it does not hide.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.common.operations import (
    keys_in_use,
    packed_columns,
    reseal_factors,
    reseal_packed,
    reseal_some,
    rings,
    sealed_models,
)
from backend.common.sealing import FIELD_RING, CannotOpen, current_key, has_keys

FEW = 5  # whole problems in one transaction: each may have megabytes


class Command(BaseCommand):
    help = "Seal every sealed value with the first key of its setting."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=500, help="rows in one transaction")
        parser.add_argument("--check", action="store_true", help="only say which keys are in use")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            for model in sealed_models():
                seal = partial(reseal_some, model=model, most=options["batch"])
                self._anew(model._meta.label, seal)
            for packed, field in packed_columns():
                seal = partial(reseal_packed, model=packed, field=field, most=FEW)
                self._anew(f"{packed._meta.label}.{field.name}", seal)
            self._factors()
        for ring in rings():
            self._listed(ring)

    def _listed(self, ring: str) -> None:
        named = "key" if ring == FIELD_RING else f"key of {ring}"
        for key, count in sorted(keys_in_use(ring).items()):
            is_first = has_keys(ring) and key.encode() == current_key(ring)
            mark = "first" if is_first else "old"
            self.stdout.write(f"{named} {key} ({mark}): {count} values")

    def _anew(self, what: str, seal: Callable[[], int]) -> None:
        done = 0
        try:
            while count := seal():
                done += count
        except CannotOpen as error:
            raise CommandError(
                f"{error}: its key is not in FIELD_KEYS (of cases: CASE_KEYS), or the value was "
                f"altered. Rows before it are done."
            ) from None
        self.stdout.write(f"{what}: {done} rows sealed anew")

    def _factors(self) -> None:
        try:
            done = reseal_factors()
        except CannotOpen as error:
            raise CommandError(
                f"{error}: its key is not in FIELD_KEYS, or it was altered."
            ) from None
        self.stdout.write(f"second factors: {done} rows sealed anew")
