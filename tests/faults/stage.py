"""Where the scenarios of a report are played, one after the other.

Importing it sets up Django without any service of its own.
"""

from __future__ import annotations

import os
import time
import traceback
from pathlib import Path

from backend.launcher.keys import throw_away_keys

os.environ |= throw_away_keys()
os.environ |= {
    "DATABASE_URL": "postgresql://nobody@/nowhere",
    "REDIS_URL": "unix:///nowhere?db=0",
}  # every scenario speaks to its stand
os.environ["DJANGO_SETTINGS_MODULE"] = "backend.config.settings"

import django

django.setup()

from tests.faults.blows import Blow
from tests.faults.cast import Cast
from tests.faults.matrix import Outcome, furnish, play
from tests.faults.stand import Stand


class Stage:
    """A stand and its cast; a new one when the old one did not survive."""

    def __init__(
        self, folder: Path | None = None, *, scale: str = "county", **settings: str
    ) -> None:
        self.folder, self.scale, self.settings = folder, scale, settings
        self.stand: Stand | None = None
        self.cast: Cast | None = None

    def furnished(self) -> tuple[Stand, Cast]:
        if self.stand is None or self.cast is None:
            self.stand = Stand(self.folder, **self.settings).__enter__()
            self.cast = furnish(self.stand, scale=self.scale)
        return self.stand, self.cast

    def play(self, what: str, phase: str, part: str, seed: int, blow: Blow) -> Outcome:
        began = time.monotonic()
        try:
            stand, cast = self.furnished()
            outcome = play(stand, cast, phase, part, seed, blow, what)
        except Exception as error:
            traceback.print_exc()
            self.end()
            outcome = Outcome(what, phase, seed, found=(f"{type(error).__name__}: {error}",))
        print(f"{time.monotonic() - began:5.0f} s  {outcome}", flush=True)
        return outcome

    def end(self) -> None:
        if self.stand is not None:
            self.stand.__exit__()
        self.stand = self.cast = None
