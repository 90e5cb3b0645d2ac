"""`python -m tests.bench.report_spine`: the herd and its controls, the solver beside it, pages of a
whole city; writes docs/reference/benchmarks-spine.md.

It starts a PostgreSQL of its own that keeps what it says it keeps (fsync on); DATABASE_URL and
REDIS_URL, when both are set, are used instead.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")

from backend.launcher.folders import make_passable
from backend.launcher.keys import throw_away_keys
from backend.launcher.services import services
from backend.launcher.supervisor import Supervisor
from matching.command.generate import month
from matching.formats.files import write_json
from tests.bench.rig import ROOT, machine

PAGE = Path(ROOT) / "docs" / "reference" / "benchmarks-spine.md"
# ours, its control and ours beside a solver take turns, so that a slow minute meets all of them
ROUNDS = 3
NICE = 19  # as the launcher starts it


def with_lasting_services() -> int:
    """This module again, on services of our own."""
    with (
        tempfile.TemporaryDirectory(prefix="moli-bench-") as name,
        Supervisor(say=print) as supervisor,
    ):
        data = Path(name)
        make_passable(data)
        (data / "log").mkdir()
        (data / "static").mkdir()
        with services(data, supervisor) as urls:
            environment = {
                **os.environ,
                **throw_away_keys(),
                **urls,
                "STATIC_ROOT": str(data / "static"),
                "DEMO": "True",
                "LOG_LEVEL": "ERROR",
            }
            return subprocess.run(
                [sys.executable, "-m", "tests.bench.report_spine"], env=environment, cwd=ROOT
            ).returncode


@contextmanager
def solver() -> Iterator[None]:
    """A solver that works on a whole city for as long as we look, as nice as the launcher makes
    it."""
    with tempfile.TemporaryDirectory() as folder:
        problem = Path(folder) / "city.json"
        write_json(problem, month(1, 11030, 2200, 8126, towns=13))
        command = [
            sys.executable,
            "-m",
            "matching",
            "solve",
            str(problem),
            "--out",
            os.devnull,
            "--seconds",
            "300",
            "--gap",
            "0",
            "--workers",
            "1",
        ]
        busy = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: os.nice(NICE),
            start_new_session=True,
        )
        try:
            time.sleep(8)  # it has read the problem by then
            assert busy.poll() is None, "the solver ended before the herd came"
            yield
            assert busy.poll() is None, "the solver ended while the herd was there"
        finally:
            os.killpg(busy.pid, 9)
            busy.wait()


def main() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests.bench import core, messages
    from tests.bench.herd import Empty, Evening, Herd, Morning, Scene, rush
    from tests.bench.pages import beside_the_board, costs
    from tests.bench.publishing import published, table
    from tests.bench.spine_page import page, plot

    where = machine()
    call_command("migrate", verbosity=0)

    weeks = iter(range(1, 400, 4))

    def tell(
        name: str,
        module: str = "backend.launcher.web",
        *,
        scene: Callable[[int], Scene] = Evening,
        htmx: bool = False,
    ) -> None:
        here = scene(next(weeks))
        connection.close()
        herds.append(rush(name, here, module, htmx=htmx))
        print(herds[-1], flush=True)
        if herds[-1].errors > herds[-1].attempts / 10:
            raise SystemExit(
                f"{name}: {herds[-1].errors} of {herds[-1].attempts} failed, so there is nothing "
                f"to compare"
            )

    herds: list[Herd] = []
    tell("empty requests", scene=Empty)
    for _ in range(ROUNDS):
        tell("ours")
        tell("stock", "tests.bench.controls stock")
        with solver():
            tell("beside a solver")
        tell("bookings", scene=Morning)
        tell("bookings, stock", "tests.bench.controls stock", scene=Morning)
    tell("naive", "tests.bench.controls naive")
    tell("bookings, naive", "tests.bench.controls naive", scene=Morning)
    tell("ours, with the card drawn anew", htmx=True)
    cores = [core.measured(next(weeks)) for _ in range(ROUNDS)]
    began = time.monotonic()
    call_command("load_fuzhou", scale="full", seed=1, replace=True, verbosity=0)
    print(f"the city was loaded in {time.monotonic() - began:.0f} s", flush=True)
    shown = costs()
    beside = beside_the_board()
    publication = table(published())
    words = messages.table(messages.told())
    PAGE.with_suffix(".svg").write_text(plot(herds), encoding="utf-8")
    PAGE.write_text(
        "\n".join([page(where, herds, cores, shown, beside), *publication, *words, ""]),
        encoding="utf-8",
    )
    print(f"written: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        main()
    else:
        sys.exit(with_lasting_services())
