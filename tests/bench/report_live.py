"""`python -m tests.bench.report_live`: run the live benchmarks and write docs/reference/benchmarks-live.md."""
from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from backend.outbox import doorbell
from tests.bench.live import FanOut, Steady, Storm, fan_out, steady, storm
from tests.bench.rig import ROOT, machine

PAGE = Path(ROOT) / "docs" / "reference" / "benchmarks-live.md"


def main() -> None:
    where = machine()
    call_command("migrate", verbosity=0)
    from tests.factories import make_rota, make_session

    stream = f"session.{make_session(rota=make_rota()).pk}"
    doorbell.client().flushdb()
    connection.close()
    fans = []
    for sockets in (1_000, 3_000):
        fans += [tell(fan_out(stream, sockets, 1)), tell(fan_out(stream, sockets, 1, control=True))]
    fans += [tell(fan_out(stream, 10_000, 2))]
    stalls = [tell(steady(stream, 50, 20, 8)), tell(steady(stream, 50, 20, 8, stalled=5))]
    rates = [tell(steady(stream, 200, 100, 8))]
    storms = [tell(storm(stream, 1_000)), tell(storm(stream, 3_000))]
    PAGE.write_text(page(where, fans, stalls, rates, storms), encoding="utf-8")
    print(f"written: {PAGE.relative_to(ROOT)}")


Result = TypeVar("Result")


def tell(result: Result) -> Result:
    print(result, flush=True)
    return result


def page(where: str, fans: list[FanOut], stalls: list[Steady], rates: list[Steady], storms: list[Storm]) -> str:
    pairs = [(hub, control) for hub in fans for control in fans if hub.name == "hub" and control.name == "group_send" and hub.sockets == control.sockets]
    ratios = [
        f"| {hub.sockets:,} | {control.last_median / hub.last_median:.1f}× | {control.cpu_micros / hub.cpu_micros:.1f}× | {control.kib_each / hub.kib_each:.1f}× |"
        for hub, control in pairs
    ]
    rows = [
        f"| {f.name} | {f.sockets:,} | {f.processes} | {f.last_median:.0f} | {f.last_worst:.0f} | {f.cpu_micros:.0f} | {f.kib_each:.0f} | {f.connects_a_second:,.0f} | {f.delivered:.1%} |"
        for f in fans
    ]
    calm, stalled = stalls
    return "\n".join(
        [
            "# Live updates, measured",
            "",
            "Written by `python -m tests.bench.report_live` (`make bench`). " + where + ".",
            "The crowd, the web processes, the relay, PostgreSQL and Valkey share these cores over loopback: absolute times are upper bounds,",
            "ratios of the same minutes are what counts. Why it is built like this: docs/explanation/live.md.",
            "",
            "## How many times better than Channels' `group_send` to one consumer a socket",
            "",
            "| sockets | time to the last socket | web CPU per frame | memory per socket |",
            "| ---: | ---: | ---: | ---: |",
            *ratios,
            "",
            "The hub's time begins at the commit and includes the relay; the control's begins at `group_send` itself (pubsub layer).",
            "",
            "## One event to everybody",
            "",
            "| | sockets | web processes | last socket, median ms | worst of the run, ms | web CPU µs a frame | KiB a socket | connects/s | delivered |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
            *rows,
            "",
            "## A stalled phone",
            "",
            "Five more sockets that read nothing, beside 50 that do, 20 commits a second.",
            "",
            "| stalled | commit to page, median ms | p99 ms |",
            "| ---: | ---: | ---: |",
            *(f"| {s.stalled} | {s.median:.1f} | {s.p99:.1f} |" for s in (calm, stalled)),
            "",
            "That one stalled line stops a hub that waits for it is shown by tests/live/test_hub.py.",
            "",
            "## Commit to page, at 100 commits a second",
            "",
            "| sockets | commits | median ms | p99 ms |",
            "| ---: | ---: | ---: | ---: |",
            *(f"| {s.sockets} | {s.writes} | {s.median:.0f} | {s.p99:.0f} |" for s in rates),
            "",
            "## Everybody comes back at once",
            "",
            "kill -9 of the only web process; 50 events happen; it is started again (its start is included) and all return from where they were.",
            "",
            "| sockets | missed events | all caught up after, s | caught up | transactions of the whole platform meanwhile |",
            "| ---: | ---: | ---: | ---: | ---: |",
            *(f"| {s.sockets:,} | {s.missed} | {s.seconds:.1f} | {s.caught_up:.1%} | {s.statements} |" for s in storms),
            "",
        ]
    )


if __name__ == "__main__":
    main()
