"""`python -m tests.faults.report [SEEDS]`: every victim in every phase, then other bad days; writes docs/reference/faults.md.

Ends with 1 when something that must hold did not.
"""
from __future__ import annotations

import os
import sys
import time
import traceback
from pathlib import Path

from backend.launcher.keys import throw_away_keys

os.environ |= throw_away_keys()
os.environ |= {"DATABASE_URL": "postgresql://nobody@/nowhere", "REDIS_URL": "unix:///nowhere?db=0"}  # every scenario speaks to its stand
os.environ["DJANGO_SETTINGS_MODULE"] = "backend.config.settings"

import django

django.setup()

from tests.bench.rig import ROOT, machine
from tests.faults.blows import Blow, can_mount, fill_disk, freeze, kill, lose_tasks, repeat_everything, small_disk
from tests.faults.cast import Cast
from tests.faults.matrix import VICTIMS, Outcome, furnish, play
from tests.faults.page import page
from tests.faults.phases import PHASES
from tests.faults.stand import Stand

FROZEN = 30.0
PAGE = Path(ROOT) / "docs" / "reference" / "faults.md"
BAD_DAYS: tuple[tuple[str, str, str, Blow], ...] = (
    ("web frozen for 30 s", "sign-ups", "web", freeze(FROZEN)),
    ("PostgreSQL frozen for 30 s", "sign-ups", "PostgreSQL", freeze(FROZEN)),
    ("Valkey frozen for 30 s", "sign-ups", "Valkey", freeze(FROZEN)),
    ("relay frozen for 30 s", "booking", "relay", freeze(FROZEN)),
    ("solver frozen for 30 s", "a run", "worker", freeze(FROZEN)),
    ("events and tasks come four times", "booking", "", repeat_everything),
    ("a run's task comes four times", "a run", "", repeat_everything),
    ("Valkey killed with tasks in it", "booking", "", lose_tasks),
)


class Stage:
    """A stand and its cast; a new one when the old one did not survive."""

    def __init__(self, folder: Path | None = None, *, county: bool = True) -> None:
        self.folder, self.county = folder, county
        self.stand: Stand | None = None
        self.cast: Cast | None = None

    def play(self, what: str, phase: str, part: str, seed: int, blow: Blow) -> Outcome:
        began = time.monotonic()
        try:
            if self.stand is None or self.cast is None:
                self.stand = Stand(self.folder).__enter__()
                self.cast = furnish(self.stand, county=self.county)
            outcome = play(self.stand, self.cast, phase, part, seed, blow, what)
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


def killed(stage: Stage, seeds: int) -> list[Outcome]:
    """Phase by phase, so that no part is killed more often than the launcher puts up with."""
    return [
        stage.play(f"{victim} killed", phase, victim, seed, kill)
        for seed in range(1, seeds + 1) for phase in PHASES for victim in VICTIMS
    ]  # fmt: skip


def full_disk() -> list[Outcome]:
    if not can_mount():
        return []
    with small_disk() as folder:
        stage = Stage(folder, county=False)
        try:
            return [stage.play("disk full for 4 s", phase, "", 1, fill_disk(4.0)) for phase in ("sign-ups", "booking")]
        finally:
            stage.end()


def main(seeds: int) -> int:
    where, began = machine(), time.monotonic()
    stage = Stage()
    try:
        kills = killed(stage, seeds)
        days = [stage.play(what, phase, part, 1, blow) for what, phase, part, blow in BAD_DAYS]
    finally:
        stage.end()
    days += full_disk()
    PAGE.write_text(page(where, kills, days, time.monotonic() - began), encoding="utf-8")
    bad = [outcome for outcome in kills + days if outcome.found]
    print(f"written: {PAGE.relative_to(ROOT)}; {len(bad)} of {len(kills + days)} scenarios broke a promise")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
