"""`python -m tests.faults.report [SEEDS]`: every victim in every phase, other bad days, and parts
off the shelf; writes docs/reference/faults.md.

Ends with 1 when something that must hold did not.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.rig import ROOT, machine
from tests.faults.stage import Stage  # sets up Django

# isort: split

from tests.faults import stock
from tests.faults.blows import (
    FROZEN,
    Blow,
    freeze,
    freeze_the_busy_solver,
    kill,
    kill_in_mid_sending,
    kill_twice,
    lose_tasks,
    repeat_everything,
)
from tests.faults.disk import full_disk
from tests.faults.matrix import VICTIMS, Outcome
from tests.faults.page import Machines, page
from tests.faults.phases import PHASES

PAGE = Path(ROOT) / "docs" / "reference" / "faults.md"
MACHINES, THOROUGH = ("rota", "bookings", "faults"), 5
BAD_DAYS: tuple[tuple[str, str, str, Blow], ...] = (
    ("web frozen for 30 s", "sign-ups", "web", freeze(FROZEN)),
    ("PostgreSQL frozen for 30 s", "sign-ups", "PostgreSQL", freeze(FROZEN)),
    ("Valkey frozen for 30 s", "sign-ups", "Valkey", freeze(FROZEN)),
    ("relay frozen for 30 s", "booking", "relay", freeze(FROZEN)),
    (
        "the solver at work frozen for 30 s, another beside it",
        "a run",
        "worker",
        freeze_the_busy_solver,
    ),
    ("all solvers frozen for 30 s", "a run", "worker", freeze(FROZEN)),
    ("events and tasks come four times", "booking", "", repeat_everything),
    ("a run's task comes four times", "a run", "", repeat_everything),
    ("Valkey killed with tasks in it", "booking", "", lose_tasks),
    ("sender's children killed in the middle of sending", "sending", "", kill_in_mid_sending),
)


def killed(stage: Stage, seeds: int) -> list[Outcome]:
    """Phase by phase, so that no part is killed more often than the launcher puts up with."""
    return [
        stage.play(f"{victim} killed", phase, victim, seed, kill)
        for seed in range(1, seeds + 1)
        for phase in PHASES
        for victim in VICTIMS
    ]


def killed_twice() -> Outcome:
    """On a stand of its own: the whole city, whose run takes a minute."""
    stage = Stage(scale="full", SOLVER_SECONDS="20")
    try:
        return stage.play(
            "both solvers killed twice, each time after more than a lease",
            "a city's run",
            "worker",
            1,
            kill_twice,
        )
    finally:
        stage.end()


def machines() -> Machines:
    """The state machines of `make test`, with THOROUGH times their examples."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *(f"tests/{area}/test_machine.py" for area in MACHINES),
    ]
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    }
    return Machines(
        THOROUGH,
        subprocess.run(command, cwd=ROOT, env=kept | {"THOROUGH": str(THOROUGH)}).returncode == 0,
    )


def main(seeds: int) -> int:
    where, began = machine(), time.monotonic()
    stage = Stage()
    try:
        kills = killed(stage, seeds)
        days = [stage.play(what, phase, part, 1, blow) for what, phase, part, blow in BAD_DAYS]
        told = [stock.ours(*stage.furnished()), stock.group_send()]
    finally:
        stage.end()
    days += [*full_disk(), killed_twice()]
    again, chance = stock.celery(), machines()
    PAGE.write_text(
        page(where, kills, days, told, again, chance, time.monotonic() - began), encoding="utf-8"
    )
    bad = [outcome for outcome in kills + days if outcome.found]
    print(
        f"written: {PAGE.relative_to(ROOT)}; {len(bad)} of {len(kills + days)} scenarios broke a "
        f"promise"
    )
    return 1 if bad or not chance.sound else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
